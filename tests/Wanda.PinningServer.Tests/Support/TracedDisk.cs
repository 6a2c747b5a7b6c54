using System.Text;
using System.Text.RegularExpressions;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>
/// A folder that was empty, and all that a process did to it, from a trace: cut at any moment it gives what a disk may have then. Names
/// come and go in order, as a journal keeps them; of the bytes that nobody flushed any may be there, a page at a time.
/// </summary>
internal sealed partial class TracedDisk
{
    private const int Page = 4096;

    private readonly string _root;
    private readonly Dictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly List<Action<Names>> _renamed = [];
    private readonly List<string[]> _touched = [];
    private int _certain;

    private TracedDisk(string root) => _root = root;

    /// <summary>Answers that had begun.</summary>
    public int Answers { get; private set; }

    [GeneratedRegex("^(?<call>[a-z0-9]+)\\((?<args>.*?)\\)\\s+= (?<result>-?\\d+)", RegexOptions.Singleline)]
    private static partial Regex Ended { get; }

    [GeneratedRegex("^\\d*(AT_FDCWD)?<(?<path>[^>]*)>")]
    private static partial Regex Handle { get; }

    /// <summary>What may be on the disk after so many lines of the trace.</summary>
    public static TracedDisk At(string root, IReadOnlyList<string> lines, int count)
    {
        var disk = new TracedDisk(root);
        var open = new Dictionary<string, (string Text, int Marks)>();
        foreach (string line in lines.Take(count))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0)
                continue;
            string thread = line[..space], text = line[space..].TrimStart();
            if (IsYes(line))
                disk.Answers++;
            if (text.EndsWith(" <unfinished ...>", StringComparison.Ordinal))
                open[thread] = (text[..^" <unfinished ...>".Length], disk.Marks(text));
            else if (text.StartsWith("<... ", StringComparison.Ordinal) && open.Remove(thread, out var begun))
                disk.Do(begun.Text + text[(text.IndexOf('>', StringComparison.Ordinal) + 1)..].TrimStart(' '), begun.Marks);
            else
                disk.Do(text, null);
        }

        return disk;
    }

    /// <summary>Whether a line does something to the folder, or answers.</summary>
    public static bool IsStep(string line, string root) => IsYes(line) || line.Contains(root, StringComparison.Ordinal);

    /// <summary>Whether a line is the beginning of a good answer.</summary>
    public static bool IsYes(string line) => line.Contains(" sendto(", StringComparison.Ordinal)
        && line.Contains("\"HTTP/1.1 2", StringComparison.Ordinal);

    /// <summary>Writes one of the states that the disk may be in.</summary>
    public void WriteTo(string folder, Random random)
    {
        var names = new Names(new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        foreach (var change in _renamed.Take(random.Next(_certain, _renamed.Count + 1)))
            change(names);
        Directory.CreateDirectory(folder);
        foreach (string path in names.Folders.Order(StringComparer.Ordinal))
            Directory.CreateDirectory(folder + path);
        foreach (var (path, inode) in names.Files.Where(f => !f.Key.EndsWith("-shm", StringComparison.Ordinal)))
            File.WriteAllBytes(folder + path, inode.Content(random));
    }

    // What a flush that begins now covers: what was written before it.
    private int Marks(string text) => text.Contains("sync(", StringComparison.Ordinal) && Path(text[(text.IndexOf('(') + 1)..]) is { } path
        && _names.TryGetValue(path, out var inode) ? inode.Count : _renamed.Count;

    private void Do(string text, int? marks)
    {
        if (Ended.Match(text) is not { Success: true } match || match.Groups["result"].Value.StartsWith('-'))
            return;
        string args = match.Groups["args"].Value;
        switch (match.Groups["call"].Value)
        {
            case "openat" when Strings(args) is [var opened] && Inside(opened) is { } path:
                Open(path, args);
                break;
            case "pwrite64" when Path(args) is { } path && _names.TryGetValue(path, out var inode):
                inode.Write(long.Parse(args[(args.LastIndexOf(' ') + 1)..]), Bytes(args));
                break;
            case "write" when Path(args) is { } path && _names.TryGetValue(path, out var inode):
                inode.Write(inode.Length, Bytes(args));
                break;
            case "ftruncate" when Path(args) is { } path && _names.TryGetValue(path, out var inode):
                inode.Truncate(long.Parse(args[(args.LastIndexOf(' ') + 1)..]));
                break;
            case "fsync" or "fdatasync" when Path(args) is { } path:
                Flush(path, marks);
                break;
            case "rename" when Strings(args) is [var from, var to] && Inside(from) is { } source && Inside(to) is { } target:
                Change([source, target], names => names.Move(source, target));
                break;
            case "link" when Strings(args) is [var from, var to] && Inside(from) is { } source && Inside(to) is { } target:
                var linked = _names[source];
                Change([target], names => names.Files[target] = linked);
                break;
            case "unlink" when Strings(args) is [var gone] && Inside(gone) is { } path:
                Change([path], names => names.Files.Remove(path));
                break;
            case "mkdir" when Strings(args) is [var made] && Inside(made) is { } path:
                Change([path], names => names.Folders.Add(path));
                break;
            case "rmdir" when Strings(args) is [var gone] && Inside(gone) is { } path:
                Change([path], names => names.Folders.Remove(path));
                break;
            default:
                break;
        }
    }

    private void Open(string path, string args)
    {
        if (!_names.TryGetValue(path, out var inode) && args.Contains("O_CREAT", StringComparison.Ordinal))
        {
            var made = new Inode();
            Change([path], names => names.Files[path] = made);
        }
        else if (inode is not null && args.Contains("O_TRUNC", StringComparison.Ordinal))
        {
            inode.Truncate(0);
        }
    }

    private void Change(string[] touched, Action<Names> change)
    {
        _touched.Add([.. touched.Select(t => System.IO.Path.GetDirectoryName(t)!)]);
        _renamed.Add(change);
        change(new(_names, _folders));
    }

    private void Flush(string path, int? marks)
    {
        if (_names.TryGetValue(path, out var inode))
        {
            inode.Flush(marks ?? inode.Count);
            return;
        }

        string folder = path.Length == 0 ? "/" : path;
        int last = _touched.FindLastIndex((marks ?? _touched.Count) - 1, t => t.Contains(folder));
        _certain = Math.Max(_certain, last + 1);
    }

    private string? Path(string args) => Handle.Match(args) is { Success: true } match ? Inside(match.Groups["path"].Value) : null;

    private string? Inside(string path) => path.StartsWith(_root, StringComparison.Ordinal) ? path[_root.Length..] : null;

    private static List<string> Strings(string args) =>
        [.. Regex.Matches(args, "\"((?:[^\"\\\\]|\\\\.)*)\"").Select(m => Encoding.UTF8.GetString(Unescape(m.Groups[1].ValueSpan)))];

    private static byte[] Bytes(string args)
    {
        int from = args.IndexOf('"', StringComparison.Ordinal) + 1;
        return Unescape(args.AsSpan()[from..args.LastIndexOf('"')]);
    }

    // As strace writes strings (strace(1), -x): in hexadecimal, or as C does.
    private static byte[] Unescape(ReadOnlySpan<char> text)
    {
        var bytes = new MemoryStream(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.WriteByte((byte)text[i]);
                continue;
            }

            char kind = text[++i];
            if (kind == 'x')
            {
                bytes.WriteByte(Convert.ToByte(text.Slice(i + 1, 2).ToString(), 16));
                i += 2;
            }
            else if (char.IsDigit(kind))
            {
                int length = 1;
                while (length < 3 && i + length < text.Length && char.IsDigit(text[i + length]))
                    length++;
                bytes.WriteByte(Convert.ToByte(text.Slice(i, length).ToString(), 8));
                i += length - 1;
            }
            else
            {
                bytes.WriteByte(kind switch { 'n' => 10, 't' => 9, 'r' => 13, 'v' => 11, 'f' => 12, 'a' => 7, 'b' => 8, _ => (byte)kind });
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The names of a disk: which file each is, and which folders there are.</summary>
    internal sealed record Names(Dictionary<string, Inode> Files, HashSet<string> Folders)
    {
        public void Move(string from, string to)
        {
            if (Files.Remove(from, out var file))
                Files[to] = file;
            if (!Folders.Remove(from))
                return;
            Folders.Add(to);
            foreach (string path in Files.Keys.Where(f => f.StartsWith(from + "/", StringComparison.Ordinal)).ToList())
            {
                Files[to + path[from.Length..]] = Files[path];
                Files.Remove(path);
            }
        }
    }

    /// <summary>What was done to a file.</summary>
    internal sealed class Inode
    {
        private readonly List<(long Offset, byte[]? Data)> _done = [];
        private int _flushed;

        public int Count => _done.Count;

        public long Length { get; private set; }

        public void Write(long offset, byte[] data)
        {
            _done.Add((offset, data));
            Length = Math.Max(Length, offset + data.Length);
        }

        public void Truncate(long length)
        {
            _done.Add((length, null));
            Length = length;
        }

        public void Flush(int count) => _flushed = Math.Max(_flushed, count);

        public byte[] Content(Random random)
        {
            var content = new MemoryStream();
            for (int i = 0; i < _done.Count; i++)
            {
                var (offset, data) = _done[i];
                bool isSure = i < _flushed;
                if (data is null && (isSure || random.Next(2) == 0))
                    content.SetLength(offset);
                for (int page = 0; data is not null && page < data.Length; page += Page)
                {
                    if (!isSure && random.Next(2) == 0)
                        continue;
                    content.Position = offset + page;
                    content.Write(data.AsSpan(page, Math.Min(Page, data.Length - page)));
                }
            }

            return content.ToArray();
        }
    }
}
