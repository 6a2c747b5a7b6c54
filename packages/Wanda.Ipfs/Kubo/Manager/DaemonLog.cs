using System.Text;

namespace Wanda.Ipfs;

/// <summary>What the daemon writes, in a file of bounded size: a pipe would end the daemon with us, at its next line.</summary>
internal sealed class DaemonLog(string path, long maxBytes)
{
    private const int TailBytes = 8192;

    private long _from;

    public string Path { get; } = path;

    /// <summary>What is written from now on is the next daemon's.</summary>
    public void Begin()
    {
        Bound();
        _from = File.Exists(Path) ? new FileInfo(Path).Length : 0;
    }

    /// <summary>
    /// Begins the file anew when it is too large. The daemon keeps it open and appends, so it is copied and cut: a line that is written
    /// between the two is lost.
    /// </summary>
    public void Bound()
    {
        if (!File.Exists(Path) || new FileInfo(Path).Length <= maxBytes)
            return;
        File.Copy(Path, Path + ".1", overwrite: true);
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
        _from = 0;
    }

    /// <summary>The last that this daemon wrote.</summary>
    public string Tail()
    {
        if (!File.Exists(Path))
            return "";
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = Math.Min(file.Length, Math.Max(_from, file.Length - TailBytes));
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
