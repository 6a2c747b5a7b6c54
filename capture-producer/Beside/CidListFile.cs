using Files.Shared;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Kinds;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Beside;

/// <summary>What came of writing a run's list.</summary>
internal enum CidListAnswer
{
    /// <summary>It is there, as it should be.</summary>
    There,

    /// <summary>The run's folder is not.</summary>
    NoFolder,

    /// <summary>A file of its name is there that is not ours.</summary>
    Foreign,
}

/// <summary>
/// Puts the list into a run's folder, and knows it again. Another program owns the folder: no link below the watched one is followed, and
/// nothing but a list of ours is ever written over.
/// </summary>
internal static class CidListFile
{
    // One name, so that what a crash left is found: hidden, and JSON besides, which no list of pictures shows.
    private const string TemporaryName = ".wanda-metadata.json";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Whether a file below a watched folder is a list of ours, or one that was being written: neither is a capture.</summary>
    public static async Task<bool> IsAsync(SourceFolder folder, RawName path, CancellationToken cancellationToken)
    {
        var (name, below) = FileSorter.Split(path);
        if (below is null)
            return false;
        if (name.Equals(RawName.FromText(TemporaryName)))
            return true;
        if (!name.Equals(RawName.FromText(CidList.FileName)))
            return false;
        try
        {
            using var file = folder.Open(path);
            return await ReadAsync(file, cancellationToken) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // whoever takes it says so
        }
    }

    /// <summary>Writes it, unless it is there: whole or not at all, also through a power cut.</summary>
    /// <param name="folder">The watched folder.</param>
    /// <param name="run">The run's folder below it, which is never made.</param>
    /// <param name="archives">The archives that the list is to be made with: where the one that is there was, it is the same.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static async Task<CidListAnswer> WriteAsync(PosixFolder folder, RawName run, IReadOnlyList<string?> archives,
        Func<CancellationToken, Task<CidList>> make, CancellationToken cancellationToken)
    {
        try
        {
            using var opened = folder.OpenFolder(run);
            // By the open folder, whatever becomes of its name.
            var at = $"/proc/self/fd/{opened.DangerousGetHandle()}";
            string path = Path.Combine(at, CidList.FileName), temporary = Path.Combine(at, TemporaryName);
            if (PosixCalls.Look(opened, ".wanda-metadata.json"u8) is not null)
                DurableFile.Delete(temporary);
            var look = PosixCalls.Look(opened, "metadata.json"u8);
            var before = look is { Kind: EntryKind.File } ? await FindAsync(folder, run, cancellationToken) : null;
            if (look is not null && before is null)
                return CidListAnswer.Foreign;
            if (before?.Archives.SequenceEqual(archives) == true)
                return CidListAnswer.There;
            var list = (await make(cancellationToken)).ToBytes();
            if (before is null || !before.ToBytes().AsSpan().SequenceEqual(list))
                await DurableFile.WriteAsync(path, temporary, overwrite: look is not null, FillAsync, cancellationToken);
            return CidListAnswer.There;

            async Task FillAsync(FileStream file)
            {
                LetRead(file);
                await file.WriteAsync(list, cancellationToken);
                if (PosixCalls.Look(opened, "metadata.json"u8) != look)
                    throw new IOException($"{CidList.FileName} was changed by somebody else meanwhile.");
            }
        }
        catch (Exception e) when (e is FileNotFoundException or IOException { HResult: PosixCalls.IsALink })
        {
            return CidListAnswer.NoFolder;
        }
    }

    /// <summary>The program whose folder it is reads it, whatever our umask says.</summary>
    private static void LetRead(FileStream file)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && !File.GetUnixFileMode(file.SafeFileHandle).HasFlag(Readable))
                File.SetUnixFileMode(file.SafeFileHandle, Readable);
        }
        catch (UnauthorizedAccessException)
        {
            // FAT keeps no modes: how it is mounted decides.
        }
    }

    private static async Task<CidList?> FindAsync(SourceFolder folder, RawName run, CancellationToken cancellationToken)
    {
        byte[] path = [.. run.Bytes.Span, .. "/metadata.json"u8];
        if (path.Length > RawName.MaxBytes)
            return null;
        using var file = folder.Open(new RawName(path));
        return await ReadAsync(file, cancellationToken);
    }

    private static async Task<CidList?> ReadAsync(OpenedFile file, CancellationToken cancellationToken)
    {
        await using var stream = file.Read();
        return await CidList.ReadAsync(stream, cancellationToken);
    }
}
