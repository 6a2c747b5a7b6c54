using Microsoft.AspNetCore.Http;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Ipfs.Tests.Support;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults.LyingPinners;

/// <summary>Makes a pinner tell a lie, whatever its protocol.</summary>
internal sealed class Liar(Pinner pinner) : IAsyncDisposable
{
    private static readonly Block Other = Block.Create(Codec.Raw, TestFrames.Noise(1000));

    private readonly CancellationTokenSource _end = new();
    private StandIn? _ours;
    private int _reads;
    private Cid? _last;

    /// <summary>The requests that give it a frame.</summary>
    public IReadOnlySet<string> Pushes { get; } = new HashSet<string>
    {
        "POST /v3/files", "POST /v0/car", "POST /psa/pins", "POST /api/v0/dag/import",
    };

    /// <summary>What the operator is told, or one of it.</summary>
    public IReadOnlyList<string> Words(Lie lie) => lie switch
    {
        Lie.PinnedAndMissing or Lie.OnceAndNeverAgain => ["not found", "does not have it", "without it", "cut short"],
        Lie.OtherBytes or Lie.OtherLastBlock => ["sent other bytes"],
        Lie.Truncated => ["other bytes", "cut short", "without it"],
        Lie.Stalls => ["made no progress"],
        Lie.Drips => ["a second are waited for"],
        Lie.AnotherCid => [Other.Cid.ToString()],
        Lie.Private => ["private"],
        Lie.FetchesFromUs => ["fetch it from us", "not found locally"],
        Lie.AnotherRoot => ["other bytes", "without it"],
        Lie.ExtraBlocks => ["other bytes"],
        _ => [],
    };

    /// <summary>The node's configuration, with what the lie needs in it.</summary>
    public WandaOptions Configure(WandaOptions options, Lie lie)
    {
        if (lie != Lie.FetchesFromUs || pinner is KuboPinner)
            return options;
        // A Kubo of ours that has the frame and serves it; its own proof is one of two copies that are wanted.
        _ours = StandIn.StartAsync(new KuboStandIn().AnswerAsync).GetAwaiter().GetResult();
        var ours =
            new DestinationOptions { Name = "ours", Kind = "kubo", Url = _ours.Address.ToString(), Public = true, FailureDomain = "home" };
        return options with
        {
            Destinations = [.. options.Destinations, ours],
            Release = options.Release with { Copies = 2 },
        };
    }

    public Task TellAsync(Lie lie, TestNode node)
    {
        switch (lie)
        {
            case Lie.PinnedAndMissing:
                OnRead((context, _) => Then(pinner.MissingAsync(context)));
                break;
            case Lie.OtherBytes:
                Change((_, body) => Flip(body, Math.Min(100, body.Length / 2)));
                break;
            case Lie.OtherLastBlock:
                OnBytes((context, cid, body) => pinner.IsCar(context.Request) || cid == _last
                    ? Flip(body, body.Length - 1)
                    : Remember(cid, body));
                break;
            case Lie.Truncated:
                Change((_, body) => body[..(body.Length / 2)]);
                break;
            case Lie.OnceAndNeverAgain:
                OnRead((context, _) => Interlocked.Increment(ref _reads) > 1 ? Then(pinner.MissingAsync(context)) : Task.FromResult(false));
                Change((car, body) => car ? body[..Math.Min(body.Length, 600)] : body);
                break;
            case Lie.Stalls:
                OnRead(async (context, _) =>
                {
                    await context.Response.StartAsync();
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token);
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System,
                        either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    node.Time.Advance(TimeSpan.FromSeconds(21)); // longer than the destination's timeout
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System,
                        either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return true;
                });
                break;
            case Lie.Drips:
                OnRead(async (context, cid) =>
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token);
                    await DripAsync(context, await ContentAsync(context, cid, node), node.Time,
                        either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return true;
                });
                break;
            case Lie.AnotherCid:
                pinner.Proxy.Body = (context, body) => pinner.IsPush(context.Request) ? ReplaceCids(body) : body;
                break;
            case Lie.Private:
                pinner.KeepPrivate();
                break;
            case Lie.FetchesFromUs:
                pinner.KeepNothing();
                var kept = pinner.Proxy.Fault;
                pinner.Proxy.Fault = async context => pinner.Reads(context.Request) is { } cid && pinner.MayFetch(context.Request)
                    ? await FetchAsync(context, cid, node)
                    : await kept(context);
                break;
            case Lie.AnotherRoot:
                OnRead(async (context, _) =>
                {
                    await (pinner.IsCar(context.Request)
                        ? CarWriter.WriteAsync(context.Response.Body, [Other.Cid], new[] { Other }.ToAsyncEnumerable())
                        : context.Response.Body.WriteAsync(Other.Data).AsTask());
                    return true;
                });
                break;
            case Lie.ExtraBlocks:
                // Of one block there is no more to give, but from a daemon, which is asked for nothing else.
                Change((car, body) => car ? WithAnother(body) : pinner is KuboPinner ? [.. body, .. Other.Data.Span] : body);
                break;
            default:
                break;
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_ours is not null)
            await _ours.DisposeAsync();
        _end.Dispose();
    }

    /// <summary>Learns from the root which block is the last.</summary>
    private byte[] Remember(Cid cid, byte[] body)
    {
        if (cid.Codec == Codec.DagPb)
            _last = DagPbNode.Decode(body).Links[^1].Cid;
        return body;
    }

    private void OnRead(Func<HttpContext, Cid, Task<bool>> answer) => pinner.Proxy.Fault = context =>
        pinner.Reads(context.Request) is { } cid ? answer(context, cid) : Task.FromResult(false);

    private void OnBytes(Func<HttpContext, Cid, byte[], byte[]> change) => pinner.Proxy.Body = (context, body) =>
        pinner.Reads(context.Request) is { } cid ? change(context, cid, body) : body;

    private void Change(Func<bool, byte[], byte[]> change) => OnBytes((context, _, body) => change(pinner.IsCar(context.Request), body));

    private static async Task<bool> FetchAsync(HttpContext context, Cid cid, TestNode node)
    {
        await context.Response.Body.WriteAsync(await ContentAsync(context, cid, node));
        return true;
    }

    /// <summary>The true answer, from our own blocks.</summary>
    private static async Task<byte[]> ContentAsync(HttpContext context, Cid cid, TestNode node)
    {
        var ours = node.Get<IIpfsNode>();
        if (context.Request.Query["format"] != "car")
            return (await ours.ReadAsync(cid, new byte[Block.MaxBytes], default)).Data.ToArray();
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [cid], ours.BlocksAsync(cid));
        return car.ToArray();
    }

    // Far below what is waited for, and never silent for as long as the timeout. Most times the reader waits when the clock jumps, and its
    // time is ours.
    private static async Task DripAsync(HttpContext context, byte[] content, JumpingTime time, CancellationToken cancellationToken)
    {
        for (var at = 0; at < content.Length; at++)
        {
            await context.Response.Body.WriteAsync(content.AsMemory(at, 1), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            if (at < 8)
                time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    private static byte[] ReplaceCids(byte[] json) => System.Text.Encoding.UTF8.GetBytes(
        System.Text.RegularExpressions.Regex.Replace(System.Text.Encoding.UTF8.GetString(json),
            "ba[fk][a-z2-7]{50,}", Other.Cid.ToString()));

    // After the root, before all that it names.
    private static byte[] WithAnother(byte[] car)
    {
        var blocks = BlocksOf(car);
        var changed = new MemoryStream();
        CarWriter.WriteAsync(changed, [blocks[0].Cid], blocks.Take(1).Append(Other).Concat(blocks.Skip(1)).ToAsyncEnumerable()).GetAwaiter()
            .GetResult();
        return changed.ToArray();
    }

    private static List<Block> BlocksOf(byte[] car)
    {
        using var reader = CarReader.OpenAsync(new MemoryStream(car)).GetAwaiter().GetResult();
        return reader.ReadBlocksAsync().Select(b => Block.Verify(b.Cid, b.Data.ToArray())).ToListAsync().AsTask().GetAwaiter().GetResult();
    }

    private static byte[] Flip(byte[] body, int at)
    {
        body[at] ^= 1;
        return body;
    }

    private static async Task<bool> Then(Task answered)
    {
        await answered;
        return true;
    }
}
