using Files.Shared;

namespace Wanda.PinningServer;

/// <summary>The parts of CARs that have come so far, a file an upload.</summary>
internal sealed class UploadFiles(DataFolder folder)
{
    private const string Ending = ".car";

    /// <summary>Makes the empty file and its name durable.</summary>
    public void Create(string id)
    {
        DurableFile.CreateDirectory(folder.Uploads);
        File.OpenHandle(PathOf(id), FileMode.CreateNew, FileAccess.Write).Dispose();
        DurableFile.SyncFolder(folder.Uploads);
    }

    public FileStream OpenWrite(string id) =>
        new(PathOf(id), FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);

    public FileStream OpenRead(string id) => new(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16,
        FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Not made durable: a file that comes back after a power cut has no row and is removed at the start.</summary>
    public void Delete(string id) => File.Delete(PathOf(id));

    /// <summary>How much of an upload is there, at most what was fsynced; null when its file is gone.</summary>
    public long? LengthOf(ResumableUpload upload)
    {
        var file = new FileInfo(PathOf(upload.Id));
        return file.Exists ? Math.Min(file.Length, upload.Stored) : null;
    }

    /// <summary>Removes the files of uploads that are not among these.</summary>
    public void KeepOnly(IReadOnlySet<string> ids)
    {
        if (!Directory.Exists(folder.Uploads))
            return;
        foreach (string file in Directory.GetFiles(folder.Uploads).Where(f => !ids.Contains(Path.GetFileNameWithoutExtension(f))))
            File.Delete(file);
    }

    private string PathOf(string id) => Path.Combine(folder.Uploads, id + Ending);
}
