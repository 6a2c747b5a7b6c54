using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Wanda.CaptureProducer.Folders;

/// <summary>
/// What is mounted at and below a folder (proc_pid_mountinfo(5)). inotify says nothing of a mount: a card that is put in would be found by
/// the next whole look only.
/// </summary>
internal sealed class MountTable : IDisposable
{
    private const string Path = "/proc/self/mountinfo";
    private const int MountPoint = 4; // of the fields of a line; the first six tell which mount it is and of what

    private readonly string _root;
    private string _mounted;

    private MountTable(string root)
    {
        _root = root;
        Handle = File.OpenHandle(Path);
        _mounted = Read();
    }

    /// <summary>Polled for POLLPRI, it tells that something was mounted or unmounted anywhere.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Of an open folder.</summary>
    /// <exception cref="IOException">There is no /proc.</exception>
    public static MountTable Of(SafeFileHandle folder)
    {
        var path = new FileInfo($"/proc/self/fd/{folder.DangerousGetHandle()}").LinkTarget
            ?? throw new IOException("/proc does not tell where the folder is.");
        var escaped = new StringBuilder(path);
        foreach (var character in @"\ " + "\t\n")
            escaped.Replace($"{character}", $"\\{Convert.ToString(character, 8).PadLeft(3, '0')}");
        return new MountTable(escaped.ToString());
    }

    /// <summary>Whether it changed since the last call at or below the folder.</summary>
    public bool HasChanged()
    {
        var before = _mounted;
        return (_mounted = Read()) != before;
    }

    public void Dispose() => Handle.Dispose();

    private string Read() => string.Join('\n', File.ReadLines(Path).Select(line => line.Split(' ')).Where(IsHere)
        .Select(fields => string.Join(' ', fields.Take(MountPoint + 1))));

    private bool IsHere(string[] fields) => fields.Length > MountPoint && fields[MountPoint] is var at
        && (at == _root || (at.StartsWith(_root, StringComparison.Ordinal) && (at[_root.Length] == '/' || _root == "/")));
}
