namespace Tests.Shared;

/// <summary>
/// Servers of other makes that not every machine has: sought on <c>PATH</c>, then in the folder that <c>WANDA_PEERS</c> names. A test whose
/// server is nowhere is skipped with a reason that says how to get it; where <c>WANDA_PEERS</c> is set it fails.
/// </summary>
internal static class Peers
{
    private const string Variable = "WANDA_PEERS";

    /// <summary>The program's path; null when it is nowhere.</summary>
    /// <exception cref="FileNotFoundException"><c>WANDA_PEERS</c> is set, and it is nowhere.</exception>
    public static string? Find(string program)
    {
        var peers = Environment.GetEnvironmentVariable(Variable);
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append(peers)
            .Where(folder => !string.IsNullOrEmpty(folder));
        var found = folders.Select(folder => Path.Combine(folder!, program)).FirstOrDefault(File.Exists);
        return found is null && !string.IsNullOrEmpty(peers)
            ? throw new FileNotFoundException($"{program} is neither on PATH nor in {peers}, the folder that {Variable} names.")
            : found;
    }
}
