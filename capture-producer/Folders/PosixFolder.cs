using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Folders;

/// <summary>The folder on Linux. Each part of a path is opened by itself, so that no link is followed and none is too deep.</summary>
internal sealed class PosixFolder : SourceFolder
{
    private const int NameAt = 19, LengthAt = 16; // in struct linux_dirent64

    public override FileLook RootLook()
    {
        using var opened = OpenFolder(null);
        return PosixCalls.Look(opened);
    }

    public override IReadOnlyList<FolderEntry> Entries(RawName? folder)
    {
        using var opened = OpenFolder(folder);
        _ = PosixCalls.Look(opened, "."u8); // that it may be read does not mean that what is in it may be looked at
        var entries = new List<FolderEntry>();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int filled; (filled = PosixCalls.ReadNames(opened, buffer)) > 0;)
            {
                for (var at = 0; at < filled; at += MemoryMarshal.Read<ushort>(buffer.AsSpan(at + LengthAt)))
                    Add(entries, opened, folder, NameOf(buffer.AsSpan(at + NameAt)));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return entries;
    }

    public override FileLook? Look(RawName path)
    {
        try
        {
            using var parent = OpenParent(path, out var name);
            return PosixCalls.Look(parent, name);
        }
        catch (Exception e) when (e is FileNotFoundException or IOException { HResult: PosixCalls.IsALink })
        {
            return null;
        }
    }

    public override OpenedFile Open(RawName path)
    {
        using var parent = OpenParent(path, out var name);
        return Open(parent, path, name);
    }

    public override HeldOriginal? Hold(RawName path)
    {
        SafeFileHandle? parent = null;
        try
        {
            parent = OpenParent(path, out var name);
            if (PosixCalls.Look(parent, name) is not { Kind: EntryKind.File })
                return null;
            var held = new HeldOriginal(parent, new RawName(name), Open(parent, path, name));
            parent = null;
            return held;
        }
        catch (Exception e) when (e is FileNotFoundException or IOException { HResult: PosixCalls.IsALink })
        {
            return null;
        }
        finally
        {
            parent?.Dispose();
        }
    }

    public override bool PutBack(RawName path, RawName aside, out RawName? other)
    {
        other = null;
        try
        {
            using var parent = OpenParent(path, out var name);
            if (PosixCalls.Look(parent, aside.Bytes.Span) is not { Kind: EntryKind.File })
                return false;
            other = HeldOriginal.PutBack(parent, aside, new RawName(name));
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or IOException { HResult: PosixCalls.IsALink })
        {
            return false;
        }
    }

    /// <summary>Opens a folder below the root; null for the root, where a link of the operator's counts.</summary>
    public SafeFileHandle OpenFolder(RawName? folder)
    {
        var opened = PosixCalls.OpenFolder(null, Encoding.UTF8.GetBytes(Root));
        if (folder is null)
            return opened;
        foreach (var part in folder.Bytes.Span.Split((byte)'/'))
        {
            using var parent = opened;
            opened = PosixCalls.OpenFolder(parent, folder.Bytes.Span[part]);
        }

        return opened;
    }

    private SafeFileHandle OpenParent(RawName path, out ReadOnlySpan<byte> name)
    {
        var bytes = path.Bytes.Span;
        var slash = bytes.LastIndexOf((byte)'/');
        name = bytes[(slash + 1)..];
        return OpenFolder(slash < 0 ? null : new RawName(bytes[..slash]));
    }

    private static OpenedFile Open(SafeFileHandle parent, RawName path, ReadOnlySpan<byte> name)
    {
        var file = PosixCalls.OpenFile(parent, name);
        try
        {
            if (PosixCalls.Look(file).Kind != EntryKind.File)
                throw new IOException($"{path} is no regular file any more.");
            return new OpenedFile(file, $"/proc/self/fd/{file.DangerousGetHandle()}", () => PosixCalls.Look(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Add(List<FolderEntry> entries, SafeFileHandle opened, RawName? folder, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
            return;
        if (Join(folder, name) is not { } path)
            entries.Add(FolderEntry.TooDeep(folder!));
        else if (TryLook(opened, path, name) is { } entry)
            entries.Add(entry);
    }

    /// <summary>One name that cannot be looked at (a mount whose program is gone, a damaged place of the disk) hides no other.</summary>
    private static FolderEntry? TryLook(SafeFileHandle opened, RawName path, ReadOnlySpan<byte> name)
    {
        try
        {
            return PosixCalls.Look(opened, name) is { } look ? new FolderEntry(path, look) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FolderEntry(path, null) { Problem = new(RefusalCode.NotLookedAt, e.Message) };
        }
    }

    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> entry) => entry[..entry.IndexOf((byte)0)];
}
