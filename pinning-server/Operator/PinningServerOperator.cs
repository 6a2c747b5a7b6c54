using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>
/// What the operator of a server does about its nodes: on the data folder, beside the running server or with none running.
/// </summary>
public sealed class PinningServerOperator : IAsyncDisposable
{
    // A node shows the beginning of our answer: the reason and the operator's name fit into that.
    private const int MaxReason = 120;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private readonly SqliteFile _file;
    private readonly AccountTable _accounts;
    private readonly PinDatabase _pins;
    private readonly EndedPins _ended;
    private readonly TimeProvider _time;

    private readonly bool _isOwner;

    /// <summary>In the server itself, on the database that it has open and closes.</summary>
    internal PinningServerOperator(SqliteFile file, TimeProvider time, bool isOwner = false) =>
        (_file, _accounts, _pins, _ended, _time, _isOwner) =
            (file, new AccountTable(file), new PinDatabase(file), new EndedPins(file), time, isOwner);

    /// <summary>Opens a server's data folder, made when it is missing: the first invite may come before the first start.</summary>
    /// <exception cref="IOException">It cannot be used, or not by this user.</exception>
    public static async Task<PinningServerOperator> OpenAsync(
        string dataFolder, TimeProvider time, CancellationToken cancellationToken = default)
    {
        string root = Path.GetFullPath(dataFolder);
        _ = PrivateFolder.Open(root, ServerDatabase.PathIn(root));
        return new(await ServerDatabase.OpenAsync(root, time, cancellationToken), time, isOwner: true);
    }

    /// <summary>Invites a node. The code is for one node and one time; the server keeps its hash only, so show it now.</summary>
    /// <exception cref="ArgumentException">
    /// The name, quota or validity is out of bounds; or the name is known here, or looks like one that is. The message says what to do.
    /// </exception>
    /// <returns>The code, for <c>POST /v0/join</c>.</returns>
    public async Task<string> InviteAsync(Invitation invitation, CancellationToken cancellationToken = default)
    {
        if (!NodeOptions.IsName(invitation.Node))
            throw new ArgumentException($"\"{invitation.Node}\" is no name of a node; write 1 to 64 letters, digits, '-', '_' or '.'.");
        if (invitation.QuotaBytes < 1 || invitation.ValidFor < Shortest || invitation.ValidFor > Longest)
        {
            throw new ArgumentException(
                $"The quota is 1 byte or more, and an invite is valid for {Shortest.TotalMinutes} minute to {Longest.TotalDays} days.");
        }

        string code = InviteCode.Generate();
        await _accounts.InviteAsync(InviteCode.Hash(code), invitation, _time.GetUtcNow(), cancellationToken);
        return code;
    }

    /// <summary>Ends a node's token and its open invites; a running server refuses it within a second. Its pins are kept.</summary>
    /// <returns>False when no node of that name had joined, or it was revoked before.</returns>
    public Task<bool> RevokeAsync(string node, CancellationToken cancellationToken = default) =>
        _accounts.RevokeAsync(node, _time.GetUtcNow(), cancellationToken);

    /// <summary>
    /// Ends a node's token, its open invites and all its pins, as if it had ended them: they stay for
    /// <see cref="PinningServerOptions.KeepUnpinned"/>, and can be restored. A running server counts them at its next maintenance.
    /// </summary>
    /// <param name="node">Which.</param>
    /// <param name="by">Who says so, for the log.</param>
    /// <param name="cancellationToken">Stops it before it is done.</param>
    /// <exception cref="ArgumentException">It has its token by the server's own options; the message says what to do.</exception>
    /// <returns>How many pins stay for a while; null when no such node is known.</returns>
    public Task<int?> RemoveAsync(string node, string by, CancellationToken cancellationToken = default) =>
        _accounts.RemoveAsync(node, by, _time.GetUtcNow(), cancellationToken);

    /// <summary>Every node that was invited, joined, pinned or was seen, by name; none that was removed and keeps nothing.</summary>
    public async Task<IReadOnlyList<NodeReport>> NodesAsync(CancellationToken cancellationToken = default)
    {
        var reports = (await _pins.UsageAsync(cancellationToken)).ToDictionary(u => u.Node,
            u => new NodeReport(u.Node, u.Pins, u.Bytes), StringComparer.Ordinal);
        NodeReport Of(string name) => reports.GetValueOrDefault(name) ?? new NodeReport(name, 0, 0);
        foreach (var a in (await _accounts.ReadAsync(cancellationToken)).Accounts)
        {
            reports[a.Name] = Of(a.Name) with
            {
                QuotaBytes = a.QuotaBytes,
                AddOnly = a.AddOnly,
                Joined = a.Joined,
                Expires = a.Expires,
                Revoked = a.Revoked,
                Replaced = a.Replaced,
            };
        }

        foreach (var (name, broken) in await _pins.BrokenAsync(cancellationToken))
            reports[name] = Of(name) with { Broken = broken };
        foreach (var (name, ended) in await _ended.ByNodeAsync(cancellationToken))
            reports[name] = Of(name) with { Ended = ended };
        foreach (var (name, until) in await _accounts.OpenInvitesAsync(_time.GetUtcNow(), cancellationToken))
            reports[name] = Of(name) with { InvitedUntil = until };
        foreach (var (name, seen) in await _pins.SightingsAsync(cancellationToken))
            reports[name] = Of(name) with { LastSeen = seen };
        foreach (var (name, removed) in await _accounts.RemovedAsync(cancellationToken))
            reports[name] = Of(name) with { Removed = removed };
        return [.. reports.Values.Where(r => r is not { Removed: not null, Bytes: 0, InvitedUntil: null })
            .OrderBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>The pins, newest first.</summary>
    /// <param name="node">Only this node's; null for all.</param>
    /// <param name="broken">Only those that were pinned and lost bytes.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="before">Only those below this <see cref="PinReport.Row"/>: what comes after a page.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<PinReport>> PinsAsync(
        string? node = null, bool broken = false, int limit = 100, long before = long.MaxValue,
        CancellationToken cancellationToken = default) =>
        (await _pins.NewestAsync(node, broken, limit, before, cancellationToken)).ConvertAll(PinReport.Of);

    /// <summary>
    /// Ends a pin for good. Its node learns it, with the reason, when it next asks for a proof; the space comes back with a running
    /// server's next maintenance, at most <see cref="PinningServerOptions.MaintainEvery"/> later, or with the next start.
    /// </summary>
    /// <param name="id">The pin's id.</param>
    /// <param name="by">Who says so, for the log.</param>
    /// <param name="reason">Why, 1 to 120 characters on one line: the log keeps it, and the node is told.</param>
    /// <param name="cancellationToken">Stops it before it is done.</param>
    /// <exception cref="ArgumentException">There is no reason, or it is too long.</exception>
    /// <returns>The pin as it was; null when there is none.</returns>
    public async Task<PinReport?> UnpinAsync(string id, string by, string reason, CancellationToken cancellationToken = default)
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > MaxReason || reason.Any(char.IsControl))
            throw new ArgumentException($"The reason is 1 to {MaxReason} characters on one line: the log keeps it, and the node is told.");
        return await _pins.DropAsync(id, $"{reason} ({by})", _time.GetUtcNow(), cancellationToken) is { } pin ? PinReport.Of(pin) : null;
    }

    /// <summary>Pins that their node ended and that are kept still, the latest first.</summary>
    /// <param name="node">Only this node's; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<PinReport>> UnpinnedAsync(
        string? node = null, int limit = 100, CancellationToken cancellationToken = default) =>
        (await _ended.ListAsync(node, limit, cancellationToken)).ConvertAll(PinReport.Of);

    /// <summary>Gives a pin that its node ended back to it, while it is kept still.</summary>
    /// <returns>The pin; null when there is none of this id that its node ended.</returns>
    public async Task<PinReport?> RestoreAsync(string id, CancellationToken cancellationToken = default) =>
        await _ended.RestoreAsync(id, cancellationToken) is { } pin ? PinReport.Of(pin) : null;

    /// <summary>The same for all that a node ended since a time.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> RestoreAllAsync(string node, DateTimeOffset since, CancellationToken cancellationToken = default) =>
        _ended.RestoreAllAsync(node, since, cancellationToken);

    /// <summary>The audit log, newest first.</summary>
    /// <param name="node">Only this node's; null for all.</param>
    /// <param name="limit">How many entries at most.</param>
    /// <param name="before">Only those below this <see cref="AuditEntry.Row"/>: what comes after a page.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(
        string? node = null, int limit = 100, long before = long.MaxValue, CancellationToken cancellationToken = default) =>
        await _accounts.AuditAsync(node, limit, before, cancellationToken);

    /// <summary>Closes the folder's database.</summary>
    public ValueTask DisposeAsync() => _isOwner ? _file.DisposeAsync() : default;
}
