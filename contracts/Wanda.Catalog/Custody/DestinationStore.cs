using Dapper;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>The destinations and the state of their breakers, which survives restarts (law 4).</summary>
public sealed partial class DestinationStore
{
    // "It answered" is written once a minute at most, not with every frame: each write wears an SD card.
    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    // A warning holds figures that change with every frame; a new text is written once an hour at most.
    private static readonly TimeSpan WarnedEvery = TimeSpan.FromHours(1);

    private readonly SqliteFile _file;
    private readonly TimeProvider _time;

    internal DestinationStore(SqliteFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>All destinations by name.</summary>
    public Task<IReadOnlyList<DestinationRecord>> ListAsync(CancellationToken cancellationToken) =>
        _file.ReadAsync<IReadOnlyList<DestinationRecord>>(db => db.Query<DestinationRecord>(Sql.All).AsList(), cancellationToken);

    /// <summary>One destination, or null.</summary>
    public Task<DestinationRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.QuerySingleOrDefault<DestinationRecord>(Sql.ByName, new { name }), cancellationToken);

    /// <summary>
    /// Whether a destination of that name was in use at that place before, as far as versions before 0.4 tell: by proofs too, which a
    /// catalogue that was lost has again.
    /// </summary>
    public Task<bool> IsKnownAsync(string name, string place, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<bool>(Sql.IsKnown, new { name, place }), cancellationToken);

    /// <summary>
    /// Opens the breaker's circuit: pauses a destination until <paramref name="nextTry"/> (null: until an operator resumes it).
    /// </summary>
    /// <param name="name">The destination.</param>
    /// <param name="code">Why.</param>
    /// <param name="detail">What the code asks for.</param>
    /// <param name="nextTry">When it is tried again.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task PauseAsync(
        string name, PauseCode code, string detail, DateTimeOffset? nextTry, CancellationToken cancellationToken) =>
        _file.WriteAsync(db =>
        {
            db.Execute(Sql.Pause, new { name, code = code.ToString(), detail, nextTry, at = _time.GetUtcNow() });
            EventStore.Append(db, _time, name, EventKind.Paused, $"{code}: {detail}");
        }, cancellationToken);

    /// <summary>An operator's word to try a paused destination now. One frame goes alone; when it is through, the others follow.</summary>
    public Task TryNowAsync(string name, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => { db.Execute(Sql.TryNow, new { name, at = _time.GetUtcNow() }); }, cancellationToken);

    /// <summary>The destination did what was asked: closes the circuit. While it is closed, the time is noted once a minute.</summary>
    public async Task SucceededAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is { State: DestinationState.Open, LastOkAt: { } last }
            && (_time.GetUtcNow() - last).Duration() < NotedEvery)
        {
            return;
        }

        await _file.WriteAsync(db => Succeeded(db, name), cancellationToken);
    }

    /// <summary>Notes what the destination warns of; null: of nothing any more. Other figures in it are noted once an hour.</summary>
    public async Task WarnedAsync(string name, string? warning, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (await FindAsync(name, cancellationToken) is not { } known || known.Warning == warning
            || (warning is not null && known.Warning is not null && known.WarnedAt is { } last && (now - last).Duration() < WarnedEvery))
        {
            return;
        }

        await _file.WriteAsync(db => { db.Execute(Sql.Warned, new { name, warning, at = warning is null ? (DateTimeOffset?)null : now }); },
            cancellationToken);
    }

    /// <summary>What its queue had of the place before is gone.</summary>
    public Task ArrivedAsync(string name, CancellationToken cancellationToken) =>
        _file.WriteAsync(db => { db.Execute(Sql.Arrived, new { name }); }, cancellationToken);

    private void Succeeded(SqliteConnection db, string name)
    {
        var resumed = db.ExecuteScalar<string>(Sql.StateOf, new { name }) == nameof(DestinationState.Paused);
        db.Execute(Sql.Succeeded, new { name, at = _time.GetUtcNow() });
        if (resumed)
            EventStore.Append(db, _time, name, EventKind.Resumed, "it answers again");
    }

    /// <summary>
    /// Counts bytes that were sent to a destination in a month (<see cref="UploadMonth"/>), along with the next write. A kill may take the
    /// last of it.
    /// </summary>
    public void AddSent(string name, string month, long bytes) =>
        _file.WriteAlong(db => db.Execute(Sql.AddSent, new { key = SentKey(name, month), bytes }));

    /// <summary>How many bytes were sent to a destination in a month.</summary>
    public Task<long> SentAsync(string name, string month, CancellationToken cancellationToken) =>
        _file.ReadAsync(db => db.ExecuteScalar<long?>(Sql.Sent, new { key = SentKey(name, month) }) ?? 0, cancellationToken);

    private static string SentKey(string name, string month) => $"sent:{name}:{month}";

    private static class Sql
    {
        public const string AddSent = """
            INSERT INTO node (key, value) VALUES (@key, @bytes)
            ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + CAST(excluded.value AS INTEGER)
            """;

        public const string Sent = "SELECT CAST(value AS INTEGER) FROM node WHERE key = @key";

        public const string All = "SELECT * FROM destinations ORDER BY name";
        public const string ByName = "SELECT * FROM destinations WHERE name = @name";

        public const string IsKnown = """
            SELECT EXISTS (SELECT 1 FROM destinations WHERE place = @place OR (name = @name AND place IS NULL))
                OR EXISTS (SELECT 1 FROM proofs WHERE destination = @name AND (place = @place OR place IS NULL))
            """;

        public const string StateOf = "SELECT state FROM destinations WHERE name = @name";

        public const string Pause = """
            UPDATE destinations SET state = 'Paused', pause_code = @code, reason = @detail, next_try_at = @nextTry,
                failures = failures + 1, paused_since = coalesce(paused_since, @at)
            WHERE name = @name
            """;

        public const string Arrived = "UPDATE destinations SET moved_at = NULL WHERE name = @name";

        public const string TryNow = "UPDATE destinations SET next_try_at = @at WHERE name = @name AND state = 'Paused'";

        public const string Warned = "UPDATE destinations SET warning = @warning, warned_at = @at WHERE name = @name";

        public const string Succeeded = """
            UPDATE destinations SET state = 'Open', pause_code = NULL, reason = NULL, next_try_at = NULL, paused_since = NULL, failures = 0,
                last_ok_at = @at
            WHERE name = @name
            """;
    }
}
