using Files.Shared;
using Microsoft.Win32.SafeHandles;
using Wanda.Contracts;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>A file of a folder, open.</summary>
/// <param name="Content">Its content, to be disposed.</param>
/// <param name="Tag">What changes when the file does.</param>
internal sealed record FoundFile(FileStream Content, string Tag);

/// <summary>
/// Folders of this machine that others may name files of: opened part by part, so that no link is followed and no name leads out of them.
/// </summary>
/// <remarks>The WANDA app's folder is the one that is watched by its preset, or the first of <c>watch</c>.</remarks>
internal sealed class AppFolder(WandaOptions options)
{
    private readonly WatchOptions? _app =
        options.Watch.FirstOrDefault(watch => watch.Preset == WatchPreset.WandaApp) ?? options.Watch.FirstOrDefault();

    /// <summary>What the frames of the app's folder come from; null: no folder is watched.</summary>
    public string? Source => _app?.SourceName;

    /// <summary>A file of the app's folder; null when it is not there.</summary>
    public FoundFile? Open(RawName path) => _app is not null ? Open(_app.Path, path) : null;

    /// <summary>A regular file below a folder; null when there is none, or a link is on the way.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FoundFile? Open(string folder, RawName path)
    {
        if (CapturePath.PartsOf(path) is not { } parts || !Directory.Exists(folder))
            return null;
        var at = Posix.HoldFolder(Path.GetFullPath(folder));
        try
        {
            if (at is null)
                return OpenElsewhere(Path.GetFullPath(folder), parts);
            foreach (var part in parts)
            {
                var below = Posix.OpenIn(at, part);
                at.Dispose();
                if ((at = below) is null)
                    return null;
            }

            if (Look(at) is not { } look)
                return null;
            var tag = $"{look.File.Inode:x}-{look.ChangedNs:x}-{look.File.SizeBytes:x}";
            var found = new FoundFile(new FileStream(at, FileAccess.Read, 1), tag);
            at = null;
            return found;
        }
        finally
        {
            at?.Dispose();
        }
    }

    private static (FileIdentity File, long ChangedNs)? Look(SafeFileHandle file)
    {
        try
        {
            return Posix.IdentityOf(file);
        }
        catch (IOException)
        {
            return null; // a folder, or something that never ends
        }
    }

    // Anywhere but on Linux.
    private static FoundFile? OpenElsewhere(string folder, IReadOnlyList<string> parts)
    {
        var file = new FileInfo(folder);
        foreach (var part in parts)
        {
            file = new FileInfo(Path.Combine(file.FullName, part));
            if (file.LinkTarget is not null)
                return null;
        }

        return file.Exists
            ? new FoundFile(file.Open(new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete }),
                $"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}")
            : null;
    }
}
