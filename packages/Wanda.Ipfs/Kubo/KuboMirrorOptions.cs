namespace Wanda.Ipfs;

/// <summary>How a <see cref="KuboMirror"/> treats its daemon.</summary>
public sealed record KuboMirrorOptions
{
    /// <summary>
    /// The oldest version that is given anything. <value>Default: 0.42, whose imports of partial DAGs do not wait for what is
    /// missing.</value>
    /// </summary>
    public Version MinVersion { get; init; } = new(0, 42);

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
}
