namespace Wanda.Hosting;

/// <summary>
/// Tells whether another process of the node runs: each holds a share in a file for as long as it lives. Who is alone may move what
/// everybody uses.
/// </summary>
internal sealed class RunningNode : IDisposable
{
    private readonly FileStream _share;
    private readonly string _end;

    private RunningNode(FileStream share) => (_share, _end) = (share, End(share.Name));

    /// <summary>Whether all processes of the node are to end, so that the next to start is alone.</summary>
    public bool IsAskedToEnd => File.Exists(_end);

    /// <summary>Asks for it.</summary>
    public void AskToEnd() => File.WriteAllBytes(_end, []);

    /// <summary>
    /// Does what wants nobody else to run, if nobody does, and runs from then on. Call it in turn (<see cref="StartTurn"/>).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="whenAlone">What wants that.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static async Task<RunningNode> EnterAsync(string path, Func<Task> whenAlone)
    {
        using (var alone = TryAlone(path))
        {
            if (alone is not null)
            {
                await whenAlone();
                File.Delete(End(path));
            }
        }

        return new RunningNode(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read, 1));
    }

    /// <inheritdoc/>
    public void Dispose() => _share.Dispose();

    private static string End(string path) => path + ".end";

    private static FileStream? TryAlone(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (StartTurn.IsHeld(e))
        {
            return null;
        }
    }
}
