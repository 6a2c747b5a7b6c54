using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Kubo;

/// <summary>
/// A Kubo on another machine, over its RPC: stored under a pin of our own, read back and healed, and proven by reading every block from its
/// own store (<c>offline</c>: it cannot fetch from us to answer).
/// </summary>
internal sealed partial class KuboDestination : IDestination, IReadable, ITellsUnpinning
{
    private const string Own = "own:";
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskedEvery = TimeSpan.FromHours(1);

    private readonly DestinationOptions _options;
    private readonly DestinationTools _tools;
    private readonly UploadLine _line;
    private readonly TokenClient<KuboClient> _client;
    private readonly KuboSightings _sightings;
    private readonly MachineJudge _machine;
    private readonly Lazy<string> _owner;
    private readonly ILogger _log;
    private (MachineJudgement Found, DateTimeOffset At)? _found;

    /// <summary>What the push under way has sent.</summary>
    private readonly AsyncLocal<SentBytes?> _sent = new();

    public KuboDestination(DestinationOptions options, DestinationTools tools, UploadLine line)
    {
        (_options, _tools, _line) = (options, tools, line);
        _client = Client(options, tools.Time, SendingAsync);
        _sightings = new(tools.Catalogue);
        _machine = new(options, tools);
        _owner = new(() => OwnerOf(tools.Options, options.Name));
        _log = tools.Loggers?.CreateLogger<KuboDestination>() ?? (ILogger)NullLogger.Instance;
    }

    public string Name => _options.Name;

    /// <summary>Its RPC, as <see cref="KuboAddress"/> reads address and token.</summary>
    /// <param name="options">The destination.</param>
    /// <param name="time">The clock.</param>
    /// <param name="sending">Told of each piece that goes out; null where nothing does.</param>
    public static TokenClient<KuboClient> Client(
        DestinationOptions options, TimeProvider time, Func<int, CancellationToken, ValueTask>? sending = null) => new(
        new Secret(options.Name, options.Token, options.TokenFile), token => new KuboClient(
            Remotes.Endpoint(options, KuboAddress.Endpoint(options.Url, token)) with { Sending = sending }, time));

    public async Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        using var durability = DurabilityOf(client);
        var asked = await EnsureItFlushesAsync(client, durability, cancellationToken);
        var blocks = await OwnBlocks.ListAsync(_tools.Ipfs, item, cancellationToken);
        var pin = KuboOwnPin.Of(_owner.Value, blocks.Select(b => b.Cid));
        var sent = _sent.Value = new();
        try
        {
            await KeepAsync(client, pin, item, blocks, cancellationToken);
            await AskAsync(() => durability.FlushAsync(asked, cancellationToken));
        }
        catch (DestinationDownException e) when (e.InnerException is RemoteException said && KuboAnswers.Of(said) == KuboAnswer.Full)
        {
            _line.TakeBack(sent.Count);
            throw;
        }

        return Own + pin.Root;
    }

    public async Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        using var durability = DurabilityOf(client);
        await EnsureItFlushesAsync(client, durability, cancellationToken);
        var there = new ReadBackFrom(new KuboCopy(client, Name), Endpoint, await IsHereAsync(client, cancellationToken), Flushes.Yes,
            await MayFetchAsync(client, cancellationToken));
        return await _tools.ReadBack.ProveAsync(item, _options, there, cancellationToken);
    }

    public async Task ReadAsync(OffloadItem item, Func<IBlockSource, Task> read, CancellationToken cancellationToken) =>
        await read(new KuboCopy(await _client.GetAsync(cancellationToken), Name));

    public async Task UnpinAsync(string remoteId, CancellationToken cancellationToken)
    {
        var client = await _client.GetAsync(cancellationToken);
        if (IsOwn(remoteId))
        {
            await AskAsync(() => new KuboIntake(client).DropAsync(Cid.Parse(remoteId[Own.Length..]), cancellationToken));
            return;
        }

        // Pins on the content itself, as versions before 0.5 made them: a daemon has one for whoever asked, and it does not say for whom.
        if (_options.Shared)
        {
            LeftAlone(Name, remoteId);
            return;
        }

        foreach (var cid in remoteId.Split(' '))
            await AskAsync(() => client.Pins.RemoveAsync(Cid.Parse(cid), cancellationToken));
    }

    public string Unpinned(string remoteId) => IsOwn(remoteId) || !_options.Shared
        ? $"{Name} unpinned it; who has its CID reads it there until its operator collects (ipfs repo gc)"
        : $"{Name} keeps its pin, which an earlier version made and others may use (\"shared\"): unpin it there by hand";

    private string Endpoint => KuboUrl.Web(_options.Url)?.GetLeftPart(UriPartial.Path) ?? _options.Url;

    private static bool IsOwn(string remoteId) => remoteId.StartsWith(Own, StringComparison.Ordinal);

    private KuboDurability DurabilityOf(KuboClient client) => new(client, _sightings, mayFlushByUs: false, _tools.Time);

    private static string What(OffloadItem item) =>
        item.Kind == SubjectKind.Session ? item.Labels.Name : $"{item.Labels.Session}/{item.Labels.Name}";

    // In the tree that is pinned, which others may read: neither the node's name nor the destination's, which may be a place's (law 12).
    private static string OwnerOf(WandaOptions node, string destination)
    {
        var peer = NodeKeyFile.LoadOrCreate(Path.Combine(new DataFolder(node.Data).Keys, "node.key")).PeerId;
        return "wanda " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{peer}\n{destination}")))[..32];
    }

    private async Task KeepAsync(
        KuboClient client, KuboOwnPin pin, OffloadItem item, IReadOnlyList<BlockInfo> blocks, CancellationToken cancellationToken)
    {
        var (intake, ours) = (new KuboIntake(client), OwnBlocks.Reading(_tools.Ipfs, item));
        Task KeepAsync() => AskAsync(() => intake.KeepAsync(pin, What(item), blocks, ours, cancellationToken), What(item));
        try
        {
            await KeepAsync();
        }
        catch (NotHeldException)
        {
            // A block that it has damaged may be held by the pin of what this one takes the place of.
            if (_tools.Catalogue is not { } catalogue
                || await catalogue.Custody.FindPushAsync(Name, item.Subject, cancellationToken) is not { RemoteId: { } before }
                || !IsOwn(before) || before == Own + pin.Root)
            {
                throw;
            }

            await UnpinAsync(before, cancellationToken);
            await KeepAsync();
        }
    }

    private async ValueTask SendingAsync(int bytes, CancellationToken cancellationToken)
    {
        await _line.SendingAsync(bytes, cancellationToken);
        _sent.Value?.Add(bytes);
    }

    private async Task<bool> IsHereAsync(KuboClient client, CancellationToken cancellationToken)
    {
        if (_found is not { } known || (_tools.Time.GetUtcNow() - known.At).Duration() > AskedEvery)
        {
            var found = await AskAsync(() => KuboMachine.JudgeAsync(client, cancellationToken));
            _found = known = (found, _tools.Time.GetUtcNow());
        }

        return await _machine.IsHereAsync(known.Found,
            cancellationToken => KuboUrl.Web(_options.Url) is { } web
                ? ThisMachine.HasAsync(web.Host, cancellationToken)
                : Task.FromResult(true),
            digest: null, cancellationToken);
    }

    /// <summary>
    /// What it took while it did not flush stays as it is when it is sent again, so nothing is sent to one that does not.
    /// </summary>
    private async Task<KuboFlush> EnsureItFlushesAsync(
        KuboClient client, KuboDurability durability, CancellationToken cancellationToken)
    {
        var asked = await AskAsync(async () =>
        {
            await client.RequireAsync(cancellationToken: cancellationToken);
            try
            {
                return await durability.AskAsync(cancellationToken);
            }
            catch (RemoteException e) when (KuboAnswers.Of(e) == KuboAnswer.Denied)
            {
                return new KuboFlush(Flushing.Unknown, "does not let us ask how it writes to its disk. Allow our token "
                    + $"\"/api/v0/config/show\" in its API.Authorizations. ({e.Detail})");
            }
        });
        Durability.Ensure(Name, asked.Flushing, asked.Reason);
        return asked;
    }

    /// <summary>
    /// Whether it looks elsewhere in spite of "offline", as some daemons do that speak like Kubo. Asked for a block that nobody has, one
    /// that keeps to its own store says at once that it is not there; one that looks in the network does not.
    /// </summary>
    private async Task<bool> MayFetchAsync(KuboClient client, CancellationToken cancellationToken)
    {
        var nobodys = Cid.V1(Codec.Raw, Multihash.Sha256(RandomNumberGenerator.GetBytes(32)));
        using var late = new CancellationTokenSource(AtOnce, _tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await client.Blocks.FindAsync(nobodys, either.Token) is not null;
        }
        catch (Exception e) when (e is RemoteException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    private Task AskAsync(Func<Task> call, string what = "a request") => KuboVerdict.RunAsync(Name, what, call);

    private Task<T> AskAsync<T>(Func<Task<T>> call) => KuboVerdict.RunAsync(Name, "a request", call);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pins that an earlier version made at {Destination} are left alone, for others "
        + "may use it (\"shared\"): {RemoteId}")]
    private partial void LeftAlone(string destination, string remoteId);

    private sealed class SentBytes
    {
        private long _count;

        public long Count => Volatile.Read(ref _count);

        public void Add(int bytes) => Interlocked.Add(ref _count, bytes);
    }
}
