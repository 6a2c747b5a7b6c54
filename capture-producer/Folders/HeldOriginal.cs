using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Folders;

/// <summary>
/// A file of another program that is to go, held open with the folder that it lies in: what is done is done with this very file, whatever
/// its path leads to by then. It goes in two steps, so that a program that opened it in between is seen while there is a way back.
/// </summary>
internal sealed class HeldOriginal(SafeFileHandle folder, RawName name, OpenedFile file) : IDisposable
{
    private const int MostNames = 99;
    private readonly byte[] _name = name.Bytes.ToArray();

    /// <summary>The file.</summary>
    public OpenedFile File => file;

    /// <summary>What a file is called while it is aside: no program lists it, and it tells whose it is after a crash.</summary>
    public static RawName AsideName(CaptureId capture) => RawName.FromText($".wanda-{capture}");

    /// <summary>Why nothing can be removed from its folder; null when it can, or that is not told.</summary>
    public string? WhyItStays() => PosixCalls.WhyNotWritable($"/proc/self/fd/{folder.DangerousGetHandle()}");

    /// <summary>Whether its name, or the other, leads to it.</summary>
    public bool IsAt(RawName? other = null)
    {
        var (held, there) = (file.Look(), PosixCalls.Look(folder, (other ?? name).Bytes.Span));
        return there is { } look && (look.Inode, look.BornNs) == (held.Inode, held.BornNs);
    }

    /// <summary>
    /// Gives what its name leads to now a hidden one. Whether that is the file has to be looked at then.
    /// </summary>
    /// <exception cref="IOException">It cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not.</exception>
    public void SetAside(RawName aside) => PosixMoves.Rename(folder, _name, aside.Bytes.ToArray());

    /// <summary>Gives what is aside its name back; another, where that was given to a new file meanwhile.</summary>
    /// <returns>That other; null: it has its own.</returns>
    /// <inheritdoc cref="SetAside" path="/exception"/>
    public RawName? PutBack(RawName aside) => PutBack(folder, aside, name);

    /// <summary>The same of a file that was left aside by a crash.</summary>
    public static RawName? PutBack(SafeFileHandle folder, RawName aside, RawName name)
    {
        RawName? other = null;
        for (var n = 1; !PosixMoves.TryRename(folder, aside.Bytes.ToArray(), (other ?? name).Bytes.ToArray()); n++)
        {
            if (n > MostNames)
                throw new IOException($"{name} was written again so often that {aside} finds no name.");
            other = Another(name, n);
        }

        return other;
    }

    /// <summary>Removes it for good from where it is aside.</summary>
    /// <inheritdoc cref="SetAside" path="/exception"/>
    public void Delete(RawName aside) => PosixMoves.Remove(folder, aside.Bytes.ToArray());

    public void Dispose()
    {
        file.Dispose();
        folder.Dispose();
    }

    // image_0001.jpg: image_0001.kept1.jpg
    private static RawName Another(RawName name, int number)
    {
        var bytes = name.Bytes.Span;
        var dot = bytes.LastIndexOf((byte)'.');
        var end = dot > 0 ? dot : bytes.Length;
        var kept = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $".kept{number}"));
        return new([.. bytes[..end], .. kept, .. bytes[end..]]);
    }
}
