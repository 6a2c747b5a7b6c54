using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>The repository of a managed daemon: its folder, as Kubo lays it out.</summary>
internal sealed class ManagedRepository(string path)
{
    private const string Unix = "/unix/";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string Path { get; } = path;

    public bool Exists => File.Exists(ConfigurationFile);

    private string ConfigurationFile => System.IO.Path.Combine(Path, "config");

    private string ApiFile => System.IO.Path.Combine(Path, "api");

    /// <summary>The multiaddress of the daemon's RPC, as it wrote it at its start; null when none runs or ran.</summary>
    public string? Api => File.Exists(ApiFile) ? File.ReadAllText(ApiFile).Trim() : null;

    /// <summary>Makes the repository; after a crash there is none or a whole one.</summary>
    public async Task InitAsync(
        KuboProgram program, string? profile, KuboConfiguration configuration, CancellationToken cancellationToken)
    {
        var made = new ManagedRepository(Path + ".new");
        if (Directory.Exists(made.Path))
            Directory.Delete(made.Path, recursive: true);
        string[] arguments = profile is null ? ["init"] : ["init", "--profile", profile];
        await KuboProgram.RunAsync(program.Path, made.Path, arguments, cancellationToken).ConfigureAwait(false);
        await made.WriteAsync(configuration, cancellationToken).ConfigureAwait(false);
        foreach (string file in Directory.EnumerateFiles(made.Path, "*", SearchOption.AllDirectories))
            DurableFile.Sync(file);
        foreach (string folder in Directory.EnumerateDirectories(made.Path, "*", SearchOption.AllDirectories).Append(made.Path))
            DurableFile.SyncFolder(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(made.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Move(made.Path, Path);
        DurableFile.SyncFolder(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>Refuses a repository that the program does not work on.</summary>
    public void Require(KuboProgram program, bool migrate)
    {
        string file = System.IO.Path.Combine(Path, "version");
        if (!File.Exists(file)
            || !int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int found)
            || found == program.Repository || (found < program.Repository && migrate))
        {
            return;
        }

        var (trouble, reason) = DaemonEnd.Of(found < program.Repository ? "requires migration" : "lower than your repos", Path);
        throw new KuboTroubleException(trouble,
            $"{reason} (It is version {found}; {program.Path}, Kubo {program.Text}, works on {program.Repository}.)");
    }

    public JsonObject Read()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(ConfigurationFile)) as JsonObject ?? throw new JsonException("it is no object.");
        }
        catch (JsonException e)
        {
            throw new KuboTroubleException(KuboTrouble.Configuration,
                $"Kubo's configuration {ConfigurationFile} cannot be read: {e.Message} Mend it, or put back a copy.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new KuboTroubleException(KuboTrouble.Denied, DaemonEnd.Of("permission denied", Path).Reason, e);
        }
    }

    /// <summary>Makes its configuration what it should be; nothing is written when it is.</summary>
    /// <returns>What was changed.</returns>
    public async Task<IReadOnlyList<KuboChange>> WriteAsync(KuboConfiguration configuration, CancellationToken cancellationToken)
    {
        var file = Read();
        var changes = configuration.Compare(file);
        if (changes.Count == 0)
            return changes;
        configuration.Apply(file);
        byte[] json = Encoding.UTF8.GetBytes(file.ToJsonString(Indented) + "\n");
        var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(ConfigurationFile);
        await DurableFile.WriteAsync(ConfigurationFile, overwrite: true, async stream =>
        {
            // It holds the daemon's private key.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(stream.SafeFileHandle, mode);
            await stream.WriteAsync(json, cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return changes;
    }

    /// <summary>
    /// Takes away what a killed daemon left: its address, by which the next program would look for it, and its sockets, which the next
    /// daemon could not make. What somebody listens on stays, also when he is silent, and so does what is no socket.
    /// </summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        if (Api is { } api && await TryAsync(api, cancellationToken).ConfigureAwait(false) != SocketError.Success)
            File.Delete(ApiFile);
        var configured = Read()["Addresses"]?["API"] switch
        {
            JsonArray several => several.OfType<JsonValue>(),
            JsonValue one => [one],
            _ => [],
        };
        foreach (var value in configured)
        {
            if (value.TryGetValue(out string? address) && address.StartsWith(Unix, StringComparison.Ordinal)
                && "/" + address[Unix.Length..].TrimStart('/') is var path && Posix.IsSocket(path)
                && await TryAsync(address, cancellationToken).ConfigureAwait(false) == SocketError.ConnectionRefused)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Whether somebody listens there, and if not, why.</summary>
    private static async Task<SocketError> TryAsync(string address, CancellationToken cancellationToken)
    {
        if (!KuboAddress.IsValid(address, out _))
            return SocketError.AddressNotAvailable;
        var endpoint = KuboAddress.Endpoint(address);
        var end = endpoint.Connects is { } connects
            ? await connects(cancellationToken).ConfigureAwait(false)
            : new DnsEndPoint(endpoint.Address.Host, endpoint.Address.Port);
        using var socket = end is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(end, cancellationToken).ConfigureAwait(false);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}
