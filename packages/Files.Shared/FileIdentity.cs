namespace Files.Shared;

/// <summary>What tells a changed file without reading it. It only hints: where it matters, the hash of what is read decides.</summary>
/// <param name="SizeBytes">Size.</param>
/// <param name="ModifiedNs">Last change of the content, nanoseconds since 1970.</param>
/// <param name="Inode">Which file the path stands for; 0 where the system does not tell (anywhere but Linux).</param>
internal readonly record struct FileIdentity(long SizeBytes, long ModifiedNs, long Inode)
{
    /// <summary>The identity of the file at <paramref name="path"/> now, or null when there is none.</summary>
    /// <exception cref="IOException">
    /// It cannot be told: "not there" and "the disk does not answer" are different things (law 5).
    /// </exception>
    public static FileIdentity? Of(string path)
    {
        if (OperatingSystem.IsLinux())
            return Posix.Identity(path);
        var info = new FileInfo(path);
        return info.Exists ? new(info.Length, (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100, 0) : null;
    }
}
