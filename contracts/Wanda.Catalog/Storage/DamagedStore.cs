using Sqlite.Shared;

namespace Wanda.Catalog;

/// <summary>
/// A SQLite file of a node that is damaged, moved out of the way so that it can be made again from the others (law 5). It is never deleted.
/// </summary>
/// <param name="Aside">Where it lies now.</param>
/// <param name="Problem">What SQLite says of it.</param>
public sealed record DamagedStore(string Aside, string Problem)
{
    /// <summary>Reads a file whole, and moves it aside when it is damaged. Nobody may have it open.</summary>
    /// <returns>Null when it is sound, or not there.</returns>
    /// <exception cref="IOException">It cannot be told, or not moved: the message says why.</exception>
    public static async Task<DamagedStore?> SetAsideAsync(string path, TimeProvider time, CancellationToken cancellationToken) =>
        await SqliteFileDamage.FindAsync(new SqliteFileOptions { Path = path, Readers = 1 }, time, cancellationToken) is { } problem
            ? new DamagedStore(SqliteFileDamage.SetAside(path, time), problem)
            : null;
}
