using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Wanda.Cli.Up;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Demo;

/// <summary>
/// The demo's own folder. It is marked, and no other folder is ever used: the demo's proofs come from this machine and must not release a
/// frame of a real night.
/// </summary>
internal sealed class DemoFolder
{
    private const string MarkerName = ".wanda-demo";
    private const string Why =
        "This folder belongs to 'wanda demo'. Its pinning server runs on this machine, so its proofs count for nothing outside the demo.\n";

    private readonly string _path;

    private DemoFolder(string path) => _path = path;

    /// <summary>The node's data folder.</summary>
    public string Node => Path.Combine(_path, "node");

    /// <summary>The pinning server's data folder.</summary>
    public string Server => Path.Combine(_path, "pinning-server");

    /// <summary>The node's token at the pinning server.</summary>
    public string TokenFile => Path.Combine(_path, "token");

    /// <summary>What the node and the server have to say.</summary>
    public string Log(string name) => Path.Combine(_path, $"{name}.log");

    /// <summary>The configuration, for <c>wanda status --data</c> and its sisters.</summary>
    public string Configuration => Path.Combine(_path, "wanda.json");

    /// <summary>The whole folder.</summary>
    public string Root => _path;

    /// <summary>Whether a folder is a demo's.</summary>
    public static bool IsDemo(string path) => File.Exists(Path.Combine(path, MarkerName));

    /// <summary>Takes a folder for the demo, or goes on with it.</summary>
    /// <exception cref="OpsException">It holds something else, or cannot be written.</exception>
    public static DemoFolder Open(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            return Take(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsException($"The demo's folder {path} cannot be used: {e.Message} Name another one with --data.", e);
        }
    }

    private static DemoFolder Take(string path)
    {
        Directory.CreateDirectory(path);
        if (!IsDemo(path))
        {
            if (Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new OpsException(
                    $"{path} is not empty and no demo's folder. Name another one with --data; a demo is never mixed with real frames.");
            }

            File.WriteAllText(Path.Combine(path, MarkerName), Why);
        }

        var folder = new DemoFolder(path);
        if (!File.Exists(folder.TokenFile))
            SecretFile.Write(folder.TokenFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        return folder;
    }

    /// <summary>Keeps the folder for one run: two at once would share a server's port, a queue and a camera.</summary>
    /// <exception cref="OpsException">A demo runs there already.</exception>
    public IDisposable Keep()
    {
        try
        {
            // Let go by the system when this process ends, however that is.
            return new FileStream(Path.Combine(_path, ".running"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new OpsException($"A demo runs in {_path} already{Console()}. Look there, or end that one first; a second demo beside it "
                + "wants a folder of its own: --data DIR.", e);
        }
    }

    private string Console()
    {
        try
        {
            return WandaConfiguration.Load(Configuration).Ops.Listen is var at ? $", with its console at {at}" : "";
        }
        catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            return ""; // It has only just begun.
        }
    }

    /// <summary>The server's port: the same at every start, since the node's proofs and pauses name it.</summary>
    public int ServerPort()
    {
        var file = Path.Combine(_path, "server-port.json");
        if (File.Exists(file))
            return JsonSerializer.Deserialize<int>(File.ReadAllText(file));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        File.WriteAllText(file, JsonSerializer.Serialize(port));
        return port;
    }

    /// <summary>Takes another port when some other program has ours by now.</summary>
    public void RefreshServerPort()
    {
        if (ListenAddress.Problem($"http://127.0.0.1:{ServerPort()}") is not null)
            File.Delete(Path.Combine(_path, "server-port.json"));
    }
}
