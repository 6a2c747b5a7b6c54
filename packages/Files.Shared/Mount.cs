using System.Text;

namespace Files.Shared;

/// <summary>A mounted file system, as Linux tells of it.</summary>
/// <param name="Id">The mount's number.</param>
/// <param name="Device">Of which file system, <c>MAJOR:MINOR</c>; those of one file system have one, however often it is mounted.</param>
/// <param name="Root">Which folder of that file system is mounted.</param>
/// <param name="At">Where.</param>
/// <param name="Type">Its type, such as <c>ext4</c>, <c>nfs4</c>, <c>fuse.sshfs</c>.</param>
/// <param name="Source">What is mounted: a device, a share, or a word.</param>
internal sealed record Mount(int Id, string Device, string Root, string At, string Type, string Source)
{
    /// <summary>This process's mounts.</summary>
    public const string Table = "/proc/self/mountinfo";

    /// <summary>The mounts of a table, in its order; lines that are none are passed over.</summary>
    /// <param name="table">The lines of <c>/proc/PID/mountinfo</c>, see proc(5).</param>
    public static IReadOnlyList<Mount> Of(IEnumerable<string> table) => [.. table.Select(Parse).OfType<Mount>()];

    /// <summary>
    /// The mount that a path is on: the deepest one, and of equal ones the last, which lies on top; null when there is none.
    /// </summary>
    public static Mount? Of(string path, IReadOnlyList<Mount> mounts) =>
        mounts.Where(m => m.Holds(path)).OrderBy(m => m.At.Length).LastOrDefault();

    private bool Holds(string path) =>
        At == "/" || path == At || (path.StartsWith(At, StringComparison.Ordinal) && path[At.Length] == '/');

    private static Mount? Parse(string line)
    {
        string[] fields = line.Split(' ');
        int end = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
        return end > 0 && fields.Length > end + 2 && int.TryParse(fields[0], out int id)
            ? new(id, fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[end + 1], Unescape(fields[end + 2]))
            : null;
    }

    // Blanks and backslashes are written as \040: three octal digits a byte.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
            return field;
        byte[] bytes = Encoding.UTF8.GetBytes(field);
        var plain = new List<byte>(bytes.Length);
        for (int at = 0; at < bytes.Length; at++)
        {
            bool escape = bytes[at] == '\\' && at + 3 < bytes.Length
                && bytes.AsSpan(at + 1, 3).IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0;
            plain.Add(escape ? (byte)((bytes[at + 1] - '0') * 64 + (bytes[at + 2] - '0') * 8 + bytes[at + 3] - '0') : bytes[at]);
            at += escape ? 3 : 0;
        }

        return Encoding.UTF8.GetString([.. plain]);
    }
}
