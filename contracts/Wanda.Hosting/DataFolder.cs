using System.Data.Common;
using Files.Shared;
using Wanda.Contracts;

namespace Wanda.Hosting;

/// <summary>Where things lie in a node's data folder. The layout is a format (law 9).</summary>
public sealed class DataFolder
{
    private readonly string _path;

    /// <summary>Makes the folder (mode 700: it holds keys) and its parts.</summary>
    public DataFolder(string path)
    {
        _path = path;
        DurableFile.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        DurableFile.CreateDirectory(Previews);
        DurableFile.CreateDirectory(Keys);
    }

    /// <summary>The catalogue.</summary>
    public string Catalogue => Path.Combine(_path, "catalogue.db");

    /// <summary>The queue.</summary>
    public string Queue => Path.Combine(_path, "queue.db");

    /// <summary>
    /// How the queue is opened. A frame's messages come one by one: small pages write a third of the bytes, and an SD card lives longer.
    /// </summary>
    public string QueueConnection => new DbConnectionStringBuilder { ["Data Source"] = Queue, ["Page Size"] = 1024 }.ConnectionString;

    /// <summary>Room for the databases, given back when the disk is full.</summary>
    public string Reserve => Path.Combine(_path, "reserve");

    /// <summary>The block store.</summary>
    public string Ipfs => Path.Combine(_path, "ipfs");

    /// <summary>
    /// Blocks that were fetched from far, kept for the next time. A store of its own: what is in it is no copy (law 2), and a Kubo beside
    /// the node gets none of it.
    /// </summary>
    public string Fetched => Path.Combine(_path, "fetched");

    /// <summary>The block store's index.</summary>
    public string BlockIndex => Path.Combine(Ipfs, "index.sqlite");

    /// <summary>The index of blocks that were fetched from far.</summary>
    public string FetchedIndex => Path.Combine(Fetched, "index.sqlite");

    /// <summary>The previews; they outlive the frames.</summary>
    public string Previews => Path.Combine(_path, "previews");

    /// <summary>The node's keys.</summary>
    public string Keys => Path.Combine(_path, "keys");

    /// <summary>A frame's preview. Its ending tells nothing: it is a JPEG, or a PNG where no JPEG encoder is installed.</summary>
    public string PreviewOf(CaptureId capture)
    {
        var name = capture.ToString();
        // The last characters of a UUIDv7 are random: 256 folders of equal size.
        return Path.Combine(Previews, name[^2..], name);
    }
}
