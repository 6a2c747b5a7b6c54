using System.Security.Cryptography;
using System.Text;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Tests.Support;

/// <summary>
/// A watched folder and what has to become of what is done to it, by the table of law 1: the same bytes under two names are two captures; a
/// rename, other rights, another time, the same bytes once more are nothing new; other bytes are new. It knows files, not paths.
/// </summary>
internal sealed partial class FolderModel(string root, Random random)
{
    private static readonly string[] Own = ["journal.jsonl", "metadata.json", "a.fits.wanda-tmp", "wanda-destination.json", "CON"];

    private readonly Dictionary<RawName, Known> _files = [];
    private readonly Dictionary<RawName, string> _others = [];
    private readonly Dictionary<RawName, string> _gone = [];
    private readonly Dictionary<string, (int Count, HashSet<RawName> Names)> _expected = [];
    private readonly HashSet<string> _optional = [];
    // The bytes of files that ever had two names: which of the names a file is known by cannot be told from outside.
    private readonly HashSet<string> _linked = [];
    private readonly List<RawName?> _folders = [null];
    private int _made;

    /// <summary>What was done, for the message of a failure.</summary>
    public List<string> Done { get; } = [];

    /// <summary>Does one thing at random.</summary>
    public void Step()
    {
        var taken = _files.Keys.ToArray();
        RawName? any = taken.Length > 0 ? taken[random.Next(taken.Length)] : null;
        switch (any is null ? 0 : random.Next(16))
        {
            case 0 or 1 or 2:
                Create(NewName(), Fresh());
                break;
            case 3:
                if (taken.Where(p => !_linked.Contains(_files[p].Hash) && !IsUnfinished(p)).ToArray() is { Length: > 0 } whole)
                    Create(NewName(), _files[whole[random.Next(whole.Length)]].Content, "the bytes of another");
                break;
            case 4 or 5:
                Overwrite(any!, Fresh(_files[any!].Content.Length));
                break;
            case 6:
                Overwrite(any!, _files[any!].Content);
                break;
            case 7:
                Replace(any!, random.Next(2) == 0 || _linked.Contains(_files[any!].Hash) ? Fresh() : _files[any!].Content);
                break;
            case 8:
                Rename(any!, random.Next(4) == 0 ? taken[random.Next(taken.Length)] : NewName());
                break;
            case 9:
                Link(any!, NewName());
                break;
            case 10:
                Say($"chmod and touch {any}");
                RawFiles.SetMode(root, any!.Bytes.Span, random.Next(2) == 0 ? 0x1a4 : 0x1b4);
                RawFiles.SetTime(root, any!.Bytes.Span, random.Next(5) switch
                {
                    0 => 0,
                    1 => 4_102_444_800, // 2100
                    2 => 4_000_000_000_000, // no year of any calendar that .NET knows
                    _ => 1_780_000_000 + random.Next(10_000_000),
                });
                break;
            case 11:
                Remove(any!);
                break;
            case 12:
                MakeOther(NewName());
                break;
            case 13:
                MakeFolder();
                break;
            case 14:
                RenameFolder();
                break;
            default:
                Burst(any!);
                break;
        }
    }

    private void Create(RawName path, byte[] content, string what = "new bytes")
    {
        Say($"create {path} with {what}, {Known.Of(content)[..6]}");
        RawFiles.Write(root, path.Bytes.Span, content);
        Put(path, new Known(content));
    }

    private void Overwrite(RawName path, byte[] content)
    {
        Say($"overwrite {path} in place with {Told(path, content)}");
        RawFiles.Write(root, path.Bytes.Span, content, keepTime: random.Next(2) == 0);
        _files[path].Content = content;
        if (_files[path].IsLinked)
            _linked.Add(_files[path].Hash);
    }

    private void Replace(RawName path, byte[] content)
    {
        Say($"replace {path} by a rename with {Told(path, content)}");
        RawFiles.Write(root, ".new"u8, content);
        RawFiles.Rename(root, ".new"u8, path.Bytes.Span);
        Put(path, new Known(content));
    }

    private void Rename(RawName from, RawName to)
    {
        if (from.Equals(to) || (_files.TryGetValue(to, out var same) && same == _files[from]))
            return;
        Say($"rename {from} to {to}");
        RawFiles.Rename(root, from.Bytes.Span, to.Bytes.Span);
        _files.Remove(from, out var file);
        Put(to, file!);
    }

    private void Link(RawName from, RawName to)
    {
        Say($"link {from} as {to}");
        RawFiles.Link(root, from.Bytes.Span, to.Bytes.Span);
        _files[from].IsLinked = true;
        _linked.Add(_files[from].Hash);
        Put(to, _files[from]);
    }

    private void Remove(RawName path)
    {
        Say($"remove {path}");
        RawFiles.Delete(root, path.Bytes.Span);
        _files.Remove(path, out var file);
        Leave(path, file!);
    }

    private void MakeOther(RawName path)
    {
        if (IsUnfinished(path))
            return;
        var kind = new[] { "link", "pipe", "socket", "device" }[random.Next(4)];
        if (!RawFiles.TryMake(root, path.Bytes.Span, kind))
            return; // device nodes where mknod is not allowed
        Say($"make {path}, a {kind}");
        _others[path] = kind;
    }

    private void MakeFolder()
    {
        var parent = _folders[random.Next(_folders.Count)];
        var path = RawName.FromText($"{(parent is null ? "" : $"{parent}/")}night {++_made}");
        Say($"make the folder {path}");
        Directory.CreateDirectory(Path.Combine(root, path.ToString()));
        _folders.Add(path);
    }

    /// <summary>A folder moves with all that is in it: its files are the same.</summary>
    private void RenameFolder()
    {
        if (_folders.Count == 1)
            return;
        var from = _folders[random.Next(1, _folders.Count)]!;
        var to = RawName.FromText($"moved {++_made}");
        Say($"rename the folder {from} to {to}");
        RawFiles.Rename(root, from.Bytes.Span, to.Bytes.Span);
        Move(_files, from, to);
        Move(_others, from, to);
        Move(_gone, from, to);
        for (var i = 1; i < _folders.Count; i++)
            _folders[i] = Moved(_folders[i]!, from, to) ?? _folders[i];
        // What went from a folder that moved since cannot be told from what never was there.
        foreach (var path in _gone.Keys.Where(p => Moved(p, to, from) is not null).ToList())
            _gone.Remove(path);
    }

    /// <summary>Several versions at once: all but the last may be taken, or be too fast.</summary>
    private void Burst(RawName path)
    {
        var file = _files[path];
        if (file.IsLinked)
            return;
        Say($"overwrite {path} several times at once");
        if (file.Taken != file.Hash)
            _optional.Add(file.Hash);
        for (var n = random.Next(2, 6); n > 0; n--)
        {
            RawFiles.Write(root, path.Bytes.Span, file.Content = Fresh());
            if (n > 1)
                _optional.Add(file.Hash);
        }
    }

    /// <summary>A name stands for a file from now on; the one that it stood for is gone, or lives under another name.</summary>
    private void Put(RawName path, Known file)
    {
        if (_files.Remove(path, out var before))
            Leave(path, before);
        _files[path] = file;
    }

    private void Leave(RawName path, Known file)
    {
        if (_files.ContainsValue(file))
            return;
        if (file.Taken is { } taken && !file.IsLinked)
            _gone[path] = taken;
        // What was never at rest may have been taken, or not.
        if (file.Taken != file.Hash)
            _optional.Add(file.Hash);
    }

    private byte[] Fresh(int? length = null)
    {
        var content = new byte[length ?? random.Next(1, 200_000)];
        random.NextBytes(content);
        return content;
    }

    private RawName NewName()
    {
        var folder = _folders[random.Next(_folders.Count)];
        byte[] name = random.Next(8) switch
        {
            0 => RandomBytes(random.Next(1, 12)),
            1 => Encoding.UTF8.GetBytes($"M 31\\LIGHT\\Ha_{++_made}.fits"),
            2 => Encoding.UTF8.GetBytes(Own[random.Next(Own.Length)]),
            3 => Encoding.UTF8.GetBytes(new string('n', 245) + $"{++_made % 100_000:00000}.fit"),
            4 => Encoding.UTF8.GetBytes($"{(random.Next(2) == 0 ? "light" : "LIGHT")}_{_made % 3}.fits"),
            5 => Encoding.Latin1.GetBytes($"caf\u00e9 {++_made}.fits"),
            _ => Encoding.UTF8.GetBytes($"Light_{++_made:0000}.fits"),
        };
        var path = folder is null ? new RawName(name) : new RawName([.. folder.Bytes.Span, (byte)'/', .. name]);
        return _files.ContainsKey(path) || _others.ContainsKey(path) ? NewName() : path;
    }

    private byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        var name = bytes.Select(b => b is 0 or (byte)'/' ? (byte)'x' : b).ToArray();
        return name is [(byte)'.'] or [(byte)'.', (byte)'.'] ? "dots"u8.ToArray() : name;
    }

    private static void Move<T>(Dictionary<RawName, T> all, RawName from, RawName to)
    {
        foreach (var path in all.Keys.ToList())
        {
            if (Moved(path, from, to) is not { } moved)
                continue;
            all.Remove(path, out var value);
            all[moved] = value!;
        }
    }

    private static RawName? Moved(RawName path, RawName from, RawName to)
    {
        if (path.Equals(from))
            return to;
        byte[] prefix = [.. from.Bytes.Span, (byte)'/'];
        return path.Bytes.Span.StartsWith(prefix) ? new RawName([.. to.Bytes.Span, (byte)'/', .. path.Bytes.Span[prefix.Length..]]) : null;
    }

    private string Told(RawName path, byte[] content) =>
        _files[path].Content == content ? "the same bytes" : $"others, {Known.Of(content)[..6]}";

    private void Say(string what) => Done.Add(what);

    /// <summary>One file, whatever its names.</summary>
    private sealed class Known(byte[] content)
    {
        private byte[] _content = content;

        public byte[] Content
        {
            get => _content;
            set => (_content, Hash) = (value, Of(value));
        }

        public string Hash { get; private set; } = Of(content);

        /// <summary>Whether it ever had two names: which of them it is known by cannot be told from outside.</summary>
        public bool IsLinked { get; set; }

        /// <summary>The bytes that it was last at rest with, as their hash; null before the first time.</summary>
        public string? Taken { get; set; }

        public static string Of(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
