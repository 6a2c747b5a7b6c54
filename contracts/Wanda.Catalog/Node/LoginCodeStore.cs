using System.Text.Json;
using Dapper;
using Sqlite.Shared;

namespace Wanda.Catalog;

/// <summary>A code that lets one browser in, once. Times are UTC.</summary>
/// <param name="Hash">SHA-256 of it, hex: the code itself is on record nowhere.</param>
/// <param name="Role">What it lets do.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="Misses">How often another was guessed since it was made.</param>
public sealed record LoginCode(string Hash, string Role, DateTimeOffset ExpiresAt, int Misses = 0);

/// <summary>The code by which an operator lets a browser in: one at a time, made in a terminal and taken by the console.</summary>
public sealed class LoginCodeStore
{
    /// <summary>So many wrong ones end a code: of those there are more than a million million.</summary>
    public const int MostMisses = 10;

    private const string Key = "login_code";
    private readonly SqliteFile _file;

    internal LoginCodeStore(SqliteFile file) => _file = file;

    /// <summary>A new code stands in for the one before.</summary>
    public Task PutAsync(LoginCode code, CancellationToken cancellationToken) => _file.WriteAsync(
        db => { db.Execute(NodeStore.Sql.Set, new { key = Key, value = JsonSerializer.Serialize(code) }); }, cancellationToken);

    /// <summary>Takes the code, if it is this one: it is gone with that. Another one is a miss.</summary>
    /// <param name="hash">Of what was shown.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>What it lets do; null when it was another, or is over.</returns>
    public Task<string?> TakeAsync(string hash, DateTimeOffset now, CancellationToken cancellationToken) => _file.WriteAsync(db =>
    {
        if (db.ExecuteScalar<string?>(NodeStore.Sql.Get, new { key = Key }) is not { } value)
            return null;
        var code = JsonSerializer.Deserialize<LoginCode>(value)!;
        var isIt = code.Hash == hash && code.ExpiresAt > now;
        if (isIt || code.Misses + 1 >= MostMisses || code.ExpiresAt <= now)
            db.Execute(NodeStore.Sql.Remove, new { key = Key });
        else
            db.Execute(NodeStore.Sql.Set, new { key = Key, value = JsonSerializer.Serialize(code with { Misses = code.Misses + 1 }) });
        return isIt ? code.Role : null;
    }, cancellationToken);
}
