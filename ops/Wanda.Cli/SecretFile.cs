namespace Wanda.Cli;

/// <summary>A file that its owner alone may read (mode 600), from its first byte.</summary>
internal static class SecretFile
{
    /// <exception cref="IOException">The file exists, or the disk refuses.</exception>
    public static void Write(string path, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(System.Text.Encoding.UTF8.GetBytes(secret));
        file.Flush(flushToDisk: true);
    }
}
