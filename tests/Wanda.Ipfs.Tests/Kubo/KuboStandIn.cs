using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>
/// The part of Kubo's RPC that the client uses, over blocks in memory: strict about requests, as a daemon is, and it really collects.
/// </summary>
internal sealed partial class KuboStandIn
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<Cid, (PinMode Mode, string? Name)> _pins = [];
    private readonly Dictionary<string, string> _keys = new() { ["self"] = "k51self" };
    private readonly Dictionary<string, string> _names = [];

    public string Version { get; set; } = "0.43.1";

    /// <summary>Whether its flatfs flushes; null: its configuration does not tell.</summary>
    public bool? Sync { get; set; } = true;

    /// <summary>When its process began, as its metrics say; null: it does not tell.</summary>
    public string? Started { get; set; } = "1.7e+09";

    /// <summary>Its peer id.</summary>
    public string Peer { get; set; } = "12D3KooWStandIn";

    /// <summary>The kind of the store that pins are in.</summary>
    public string Store { get; set; } = "levelds";

    /// <summary>The kind of the store that blocks are in.</summary>
    public string BlocksStore { get; set; } = "flatfs";

    public IReadOnlyDictionary<Cid, (PinMode Mode, string? Name)> Pins => _pins;

    public async Task AnswerAsync(HttpContext context)
    {
        if (Started is { } started && context.Request.Path == "/debug/metrics/prometheus")
        {
            await context.Response.WriteAsync($"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds {started}\n");
            return;
        }

        if (context.Request.Method != "POST")
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        await _one.WaitAsync();
        try
        {
            await RunAsync(context, context.Request.Path.Value!["/api/v0/".Length..]);
        }
        catch (Exception e) when (e is Refusal or IOException or FormatException && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsJsonAsync(
                new Dictionary<string, object> { ["Message"] = e.Message, ["Code"] = 0, ["Type"] = "error" });
        }
        finally
        {
            _one.Release();
        }
    }

    private object? Spec => Sync is not { } sync ? null : new
    {
        type = "mount",
        mounts = new object[]
        {
            new { type = "measure", mountpoint = "/blocks", child = new { type = BlocksStore, path = "blocks", sync } },
            new { type = "measure", mountpoint = "/", child = new { type = Store, path = "datastore" } },
        },
    };

    private Task RunAsync(HttpContext context, string command) => command switch
    {
        "version" => SayAsync(context, new { Version, Commit = "", Repo = "18" }),
        "id" =>
            SayAsync(context, new { ID = Peer, AgentVersion = "stand-in/1", Addresses = new[] { "/ip4/127.0.0.1/tcp/4001" } }),
        "config/show" => SayAsync(context, new { Identity = new { PeerID = Peer }, Datastore = new { StorageMax = "10GB", Spec } }),
        "add" => AddAsync(context),
        "cat" => CatAsync(context),
        "get" => GetTarAsync(context),
        "block/get" => BlockAsync(context),
        "block/stat" => SayAsync(context, new { Key = Arg(context).ToString(), Size = Bytes(Arg(context)).Length }),
        "block/put" => PutAsync(context),
        "block/rm" => RemoveAsync(context),
        "dag/import" => ImportAsync(context),
        "dag/export" => CarWriter.WriteAsync(context.Response.Body, [Arg(context)], _blocks.BlocksAsync(Arg(context))),
        "pin/add" => PinAsync(context),
        "pin/rm" => UnpinAsync(context),
        "pin/ls" => PinsAsync(context),
        "key/list" => SayAsync(context, new { Keys = _keys.Select(k => new { Name = k.Key, Id = k.Value }) }),
        "key/gen" => KeyAsync(context, context.Request.Query["arg"]!),
        "key/import" => KeyImportAsync(context),
        "name/publish" => PublishAsync(context),
        "name/resolve" =>
            SayAsync(context, new { Path = _names.GetValueOrDefault(Text(context, "arg")) ?? throw new Refusal("could not resolve name") }),
        "swarm/peers" => SayAsync(context, new { Peers = (object?)null }),
        "swarm/connect" => throw new Refusal($"connect {Text(context, "arg")} failure: no good addresses"),
        "repo/stat" =>
            SayAsync(context, new
            {
                RepoSize = "1024",
                StorageMax = "10000000000",
                NumObjects = _blocks.Blocks.Count.ToString(CultureInfo.InvariantCulture),
                RepoPath = "/data",
            }),
        "repo/gc" => CollectAsync(context),
        _ => MissingAsync(context),
    };

    private async Task AddAsync(HttpContext context)
    {
        var (name, body) = await FileAsync(context);
        var profile = UnixFsProfile.CidV0 with
        {
            CidVersion = Text(context, "cid-version") == "1" ? 1 : 0,
            RawLeaves = Text(context, "raw-leaves") == "true",
            ChunkSize = Text(context, "chunker") is { Length: > 5 } chunker
                ? int.Parse(chunker["size-".Length..], CultureInfo.InvariantCulture)
                : 256 * 1024,
        };
        var file = await new UnixFsImporter(profile).ImportAsync(new MemoryStream(body),
            Text(context, "only-hash") == "true" ? null : _blocks);
        if (Text(context, "pin") == "true")
            _pins[file.Root] = (PinMode.Recursive, null);
        if (Text(context, "progress") == "true")
            await SayAsync(context, new { Name = name, Bytes = body.Length });
        await SayAsync(context,
            new { Name = name, Hash = file.Root.ToString(), Size = file.DagSize.ToString(CultureInfo.InvariantCulture) });
    }

    private async Task CatAsync(HttpContext context)
    {
        byte[] content = await _blocks.ReadFileAsync(Arg(context));
        int offset = Text(context, "offset") is { Length: > 0 } from ? int.Parse(from, CultureInfo.InvariantCulture) : 0;
        int length = Text(context, "length") is { Length: > 0 } count ? int.Parse(count, CultureInfo.InvariantCulture) : int.MaxValue;
        await context.Response.Body.WriteAsync(content.AsMemory(offset, Math.Min(length, content.Length - offset)));
    }

    private async Task GetTarAsync(HttpContext context)
    {
        var tar = new MemoryStream();
        await using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
        {
            await writer.WriteEntryAsync(
                new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, Arg(context).ToString())
                {
                    DataStream = new MemoryStream(await _blocks.ReadFileAsync(Arg(context))),
                });
        }

        await context.Response.Body.WriteAsync(tar.ToArray());
    }

    private Task PinAsync(HttpContext context)
    {
        var cid = Arg(context);
        Bytes(cid);
        var mode = Text(context, "recursive") == "false" ? PinMode.Direct : PinMode.Recursive;
        if (mode == PinMode.Direct && _pins.GetValueOrDefault(cid, (PinMode.Direct, null)).Mode == PinMode.Recursive)
            throw new Refusal($"pin: {cid} already pinned recursively");
        _pins[cid] = (mode, Text(context, "name"));
        return SayAsync(context, new { Pins = new[] { cid.ToString() } });
    }

    private Task UnpinAsync(HttpContext context) => _pins.Remove(Arg(context))
        ? SayAsync(context, new { Pins = new[] { Arg(context).ToString() } })
        : throw new Refusal("not pinned or pinned indirectly");

    private async Task PinsAsync(HttpContext context)
    {
        Cid? one = context.Request.Query.ContainsKey("arg") ? Arg(context) : null;
        if (one is { } asked && !_pins.ContainsKey(asked))
            throw new Refusal($"path '{asked}' is not pinned");
        string type = Text(context, "type");
        foreach (var (cid, pin) in _pins.Where(p => (one is null || p.Key == one) && (type.Length == 0 || type == Word(p.Value.Mode))))
            await SayAsync(context, new { Cid = cid.ToString(), Type = Word(pin.Mode), pin.Name });
    }

    private Task KeyAsync(HttpContext context, string name)
    {
        if (!_keys.TryAdd(name, $"k51{name}"))
            throw new Refusal($"key with name '{name}' already exists");
        return SayAsync(context, new { Name = name, Id = _keys[name] });
    }

    private async Task KeyImportAsync(HttpContext context)
    {
        var (_, body) = await FileAsync(context);
        if (body.Length == 0)
            throw new Refusal("empty key");
        await KeyAsync(context, Text(context, "arg"));
    }

    private Task PublishAsync(HttpContext context)
    {
        string name = _keys.GetValueOrDefault(Text(context, "key")) ?? throw new Refusal("no key by the given name was found");
        _names[name] = Text(context, "arg");
        return SayAsync(context, new { Name = name, Value = _names[name] });
    }

    // Only what a daemon takes: multipart with a type for the part and its name in quotes.
    private static async Task<(string Name, byte[] Body)> FileAsync(HttpContext context)
    {
        var type = MediaTypeHeaderValue.Parse(context.Request.ContentType);
        var section = await new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).Value!, context.Request.Body)
            .ReadNextSectionAsync()
            ?? throw new Refusal("no file");
        if (section.ContentType != "application/octet-stream"
            || section.ContentDisposition?.Contains("filename=\"", StringComparison.Ordinal) != true)
        {
            throw new Refusal($"the part is not a file: {section.ContentType}, {section.ContentDisposition}");
        }

        var body = new MemoryStream();
        await section.Body.CopyToAsync(body);
        return (Uri.UnescapeDataString(section.GetContentDispositionHeader()!.FileName.Value!.Trim('"')), body.ToArray());
    }

    private static async Task SayAsync(HttpContext context, object answer)
    {
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer));
        await context.Response.Body.WriteAsync(NewLine);
    }

    private static Task MissingAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("404 page not found");
    }

    private static Cid Arg(HttpContext context) => Cid.Parse(Text(context, "arg").Replace("/ipfs/", "", StringComparison.Ordinal));

    private static string Text(HttpContext context, string key) => context.Request.Query[key].ToString();

    private static string Word(PinMode mode) => mode == PinMode.Recursive ? "recursive" : "direct";

    private sealed class Refusal(string message) : Exception(message);
}
