namespace Wanda.Ipfs;

/// <summary>How a <see cref="KuboMirror"/> treats its daemon.</summary>
public sealed record KuboMirrorOptions
{
    /// <summary>The oldest version that is given anything. <value>Default: <see cref="KuboClient.Oldest"/>.</value></summary>
    public Version MinVersion { get; init; } = KuboClient.Oldest;

    /// <summary>
    /// Whether others use the daemon too. Then its garbage is not collected by us, and a pin that was there before is never taken away.
    /// <value>Default: true.</value>
    /// </summary>
    public bool Shared { get; init; } = true;

    /// <summary>
    /// How often the daemon's pins are compared with what was handed over; also whenever it comes back. <value>Default: 6 h.</value>
    /// </summary>
    public TimeSpan CompareEvery { get; init; } = TimeSpan.FromHours(6);

    /// <summary>
    /// The shortest time between two collections of a daemon that is not shared; it takes nothing meanwhile. <value>Default: 1 h.</value>
    /// </summary>
    public TimeSpan CollectEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many bytes of what the daemon confirmed are read back, oldest look first, each <see cref="ReadBackEvery"/>: a block that it lost
    /// since is sent again. <value>Default: 32 MiB.</value>
    /// </summary>
    public long ReadBackBytes { get; init; } = 32 << 20;

    /// <summary>The shortest time between two looks at what was confirmed. <value>Default: 1 min.</value></summary>
    public TimeSpan ReadBackEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Asked before anything is handed over: why there is no room, a sentence, or null when there is. <value>Default: there always
    /// is.</value>
    /// </summary>
    public Func<CancellationToken, ValueTask<string?>>? Room { get; init; }

    /// <summary>
    /// What a pin of ours is called, of an owner in the store; null for no name. <value>Default: the owner.</value>
    /// </summary>
    public Func<string, CancellationToken, ValueTask<string?>> NameOf { get; init; } = (owner, _) => new(owner);
}
