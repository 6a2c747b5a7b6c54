using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>A file whose pieces serve as blocks where they lie, so that adding it writes none of its content.</summary>
/// <param name="Owner">Whose reference; the same leaf in another owner's file is another reference.</param>
/// <param name="Path">The absolute path.</param>
/// <param name="Stamp">What the file looked like when it was read.</param>
/// <param name="ChunkSize">Bytes of the file in each leaf but the last.</param>
/// <param name="Wrapped">True when leaves are dag-pb nodes around the content rather than the content.</param>
internal sealed record FileReference(string Owner, string Path, FileIdentity Stamp, int ChunkSize, bool Wrapped)
{
    /// <summary>Where the content of a leaf lies.</summary>
    public (long Offset, int Length) Range(int leaf)
    {
        long offset = (long)leaf * ChunkSize;
        return (offset, (int)Math.Clamp(Stamp.SizeBytes - offset, 0, ChunkSize));
    }

    public int BlockLength(int leaf)
    {
        int length = Range(leaf).Length;
        if (!Wrapped)
            return length;
        Span<byte> room = stackalloc byte[64];
        var (head, tail) = LeafBuffer.Wrap(room[..32], room[32..], length);
        return head + length + tail;
    }

    /// <summary>Rebuilds a leaf from the file into <paramref name="buffer"/>.</summary>
    /// <returns>The block's length, unverified, or -1 and the reason why it cannot be had.</returns>
    public int Read(int leaf, Span<byte> buffer, out string reason)
    {
        var (offset, length) = Range(leaf);
        Span<byte> around = stackalloc byte[64];
        var (head, tail) = Wrapped ? LeafBuffer.Wrap(around[..32], around[32..], length) : default;
        try
        {
            // A pipe in its place would be waited for.
            if (FileIdentity.Of(Path) is null)
            {
                reason = $"{Path} is gone";
                return -1;
            }

            using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            int read = 0;
            for (int got = -1; read < length && got != 0; read += got)
                got = RandomAccess.Read(file, buffer.Slice(head + read, length - read), offset + read);
            if (read < length)
            {
                reason = $"{Path} has shrunk";
                return -1;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = e is FileNotFoundException or DirectoryNotFoundException ? $"{Path} is gone" : $"{Path} cannot be read ({e.Message})";
            return -1;
        }

        around[(32 - head)..32].CopyTo(buffer);
        around.Slice(32, tail).CopyTo(buffer[(head + length)..]);
        reason = "";
        return head + length + tail;
    }

    /// <summary>Whether the file has the size it had. False also where that cannot be told: another reference may serve.</summary>
    public bool HasItsSize()
    {
        try
        {
            return FileIdentity.Of(Path)?.SizeBytes == Stamp.SizeBytes;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public string Difference() => FileIdentity.Of(Path) == Stamp
        ? $"{Path} has other bytes than when it was added, though size and time are the same: check the disk"
        : $"{Path} has changed since it was added";
}
