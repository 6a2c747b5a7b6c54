namespace Sqlite.Shared;

/// <summary>
/// What only one system has sits behind a small type each, with a twin that .NET itself gives everywhere. By these switches of
/// <see cref="AppContext"/> the twins run where they are not needed: for tests.
/// </summary>
internal static class Portability
{
    /// <summary>Nothing that only POSIX has: locks by exclusive opening, named pipes, no inodes.</summary>
    public const string OnlyPortable = "Sqlite.Shared.OnlyPortable";

    /// <summary>Nobody wakes another process: receivers find messages by polling.</summary>
    public const string OnlyPolling = "Sqlite.Shared.OnlyPolling";

    public static bool Is(string name) => AppContext.TryGetSwitch(name, out var on) && on;
}
