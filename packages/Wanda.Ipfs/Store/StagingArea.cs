namespace Wanda.Ipfs;

/// <summary>
/// Where a process keeps blocks that are not yet part of the store. A lock file beside each area is held while its process lives, so
/// what a killed process left behind is recognised without a clock and removed at the next opening.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _lock;

    public StagingArea(string root)
    {
        string all = Path.Combine(root, "staging");
        Directory.CreateDirectory(all);
        RemoveAbandoned(all);
        string id = Guid.NewGuid().ToString("n");
        // The lock first: a folder without one counts as abandoned.
        _lock = new FileStream(Path.Combine(all, id + ".lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            1, FileOptions.DeleteOnClose);
        _folder = Path.Combine(all, id);
        Directory.CreateDirectory(_folder);
    }

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("n"))).FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // Its disk is gone, or a batch still writes; the next opening removes what is left.
        }

        _lock.Dispose();
    }

    private static void RemoveAbandoned(string all)
    {
        foreach (string folder in Directory.GetDirectories(all))
        {
            try
            {
                using var held = new FileStream(folder + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None,
                    1, FileOptions.DeleteOnClose);
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its process lives, or another is removing it.
            }
        }
    }
}
