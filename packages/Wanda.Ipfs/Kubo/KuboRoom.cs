using System.Globalization;

namespace Wanda.Ipfs;

/// <summary>How large a daemon's repository may become.</summary>
/// <param name="MaxBytes">Beyond it nothing more is to be handed over; null for no limit.</param>
/// <param name="Watermark">The part of it, 0 to 1, from which on what is pinned no more is collected.</param>
/// <param name="IsOurs">Whether the daemon is ours alone: only then it is told to collect.</param>
public sealed record KuboRoomLimit(long? MaxBytes, double Watermark, bool IsOurs)
{
    /// <summary>
    /// The room on the repository's disk, in bytes, below which nothing more is handed over. <value>Default: 0, for a disk that is not
    /// known.</value>
    /// </summary>
    public long MinFreeBytes { get; init; }

    /// <summary>Asked for the room on the repository's disk, in bytes. <value>Default: more than enough.</value></summary>
    public Func<long> FreeBytes { get; init; } = () => long.MaxValue;
}

/// <summary>
/// A daemon's quota, which is ours to hold: its own <c>StorageMax</c> refuses nothing. Ask before something is handed over.
/// </summary>
/// <param name="client">The daemon; stays the caller's to dispose.</param>
/// <param name="limit">How large it may become.</param>
/// <param name="time">The clock.</param>
public sealed class KuboRoom(KuboClient client, KuboRoomLimit limit, TimeProvider time)
{
    /// <summary>The shortest time between two collections; the daemon takes nothing meanwhile.</summary>
    private static readonly TimeSpan CollectEvery = TimeSpan.FromMinutes(10);

    private long? _collectedAt;

    /// <summary>Has garbage collected when that is due, and tells whether there is room.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why there is none, a sentence with what to do; null when there is.</returns>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async ValueTask<string?> AskAsync(CancellationToken cancellationToken = default)
    {
        string? refused = null;
        if (limit.IsOurs && IsDue() && await IsHighAsync(cancellationToken).ConfigureAwait(false))
            refused = await CollectAsync(cancellationToken).ConfigureAwait(false);
        string said = refused is null ? "" : $" Collecting did not work: {refused}";
        if (limit.FreeBytes() is var free && free < limit.MinFreeBytes)
        {
            return $"The disk of Kubo's repository has {Words(free)} left, and {Words(limit.MinFreeBytes)} stay free for the frames, so it is "
                + $"handed nothing more. Free some room.{said}";
        }

        return limit.MaxBytes is { } most && await client.Repo.SizeAsync(cancellationToken).ConfigureAwait(false) is var size && size >= most
            ? $"Kubo's repository has {Words(size)} of the {Words(most)} that ipfs.kubo.maxStorage gives it, so it is handed nothing more: "
                + $"allow it more, or release what it keeps.{said}"
            : null;
    }

    private async Task<bool> IsHighAsync(CancellationToken cancellationToken) =>
        limit.FreeBytes() < limit.MinFreeBytes
        || (limit.MaxBytes is { } most
            && await client.Repo.SizeAsync(cancellationToken).ConfigureAwait(false) >= most * limit.Watermark);

    private bool IsDue() => _collectedAt is not { } last || time.GetElapsedTime(last) >= CollectEvery;

    private async Task<string?> CollectAsync(CancellationToken cancellationToken)
    {
        _collectedAt = time.GetTimestamp();
        try
        {
            await client.Repo.CollectAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (KuboException e)
        {
            return e.Said ?? e.Message;
        }
    }

    private static string Words(long bytes) => bytes >= 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB");
}
