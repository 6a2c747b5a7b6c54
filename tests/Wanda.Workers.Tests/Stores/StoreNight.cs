using System.Security.Cryptography;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;
using Wanda.Workers.Audit;
using Wanda.Workers.Discard;
using Wanda.Workers.Offload;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Stores;

/// <summary>
/// A night with frames in every state, made once by a whole node (its producer too) and a real pinning server: what is on their disks at
/// its end, and what was on the node's in its middle. Each test puts it back, does harm to stores, and starts the node.
/// </summary>
public sealed class StoreNight : IAsyncLifetime
{
    private readonly DirectoryInfo _kept = Directory.CreateTempSubdirectory("wanda-stores-");
    private readonly DirectoryInfo _watched = Directory.CreateTempSubdirectory("wanda-watched-");
    private TimeSpan _ahead;

    internal TestNode Node { get; private set; } = null!;

    internal RealServer Server { get; private set; } = null!;

    internal FaultProxy Proxy { get; private set; } = null!;

    internal IReadOnlyList<NightFrame> Frames { get; private set; } = [];

    /// <summary>The node's data folder in the middle of the night.</summary>
    internal string Old => Path.Combine(_kept.FullName, "old");

    private string Now => Path.Combine(_kept.FullName, "now");

    public async Task InitializeAsync()
    {
        Server = await RealServer.StartAsync();
        Proxy = await FaultProxy.StartAsync(Server.Address);
        Node = TestNode.Create(Proxy.Address, Server.Token, o => o with
        {
            Watch = [new WatchOptions { Path = _watched.FullName, Name = "dome", Quiet = TimeSpan.Zero, QuietDoubtful = TimeSpan.Zero }],
            Audit = o.Audit with { Sample = 0, Interval = TimeSpan.FromDays(30) }, // the rounds are run by hand
        });
        // From the evening on there is no noon for 18 hours.
        var local = Node.Time.GetUtcNow().ToOffset(Node.Time.LocalTimeZone.GetUtcOffset(Node.Time.GetUtcNow()));
        Node.Time.Advance(TimeSpan.FromHours((18 - local.Hour + 24) % 24));
        _ahead = Node.Time.GetUtcNow() - TimeProvider.System.GetUtcNow();
        await Node.StartAsync();
        await FirstHalfAsync();
        await Node.StopAsync();
        StoreFiles.Copy(Node.Data, Old);
        var early = Frames;
        await Node.StartAsync();
        await SecondHalfAsync();
        Frames = await FramesAsync(early);
        await Node.StopAsync();
        await Server.StopAsync();
        LeaveOldLayout();
        StoreFiles.Copy(Node.Data, Now);
        StoreFiles.Copy(Server.Folder, Path.Combine(_kept.FullName, "server"));
        _ahead = Node.Time.GetUtcNow() - TimeProvider.System.GetUtcNow();
        await Server.StartAsync();
    }

    /// <summary>Everything is as it was at the night's end, and the node does not run.</summary>
    public async Task ResetAsync()
    {
        await Node.StopAsync();
        await Server.StopAsync();
        foreach (var (folder, kept) in new[] { (Node.Data, Now), (Server.Folder, Path.Combine(_kept.FullName, "server")) })
        {
            Directory.Delete(folder, recursive: true);
            StoreFiles.Copy(kept, folder);
        }

        foreach (var file in _watched.EnumerateFiles("case-*"))
            file.Delete();
        Node.SetTime(_ahead);
        await Server.StartAsync();
        Proxy.Heal();
        await Proxy.DownAsync();
    }

    /// <summary>Another program writes a file, and the node takes it.</summary>
    internal async Task<CaptureRecord> BringAsync(string name, int nightsAgo = 0, int side = 32)
    {
        var path = Path.Combine(_watched.FullName, name);
        var bytes = name.EndsWith(".txt", StringComparison.Ordinal)
            ? System.Text.Encoding.UTF8.GetBytes($"what was seen: {name}")
            : await TestFrames.FitsAsync(side, name.Sum(c => c) + (name.Length * 1000));
        var beside = path + ".part";
        await File.WriteAllBytesAsync(beside, bytes);
        File.SetLastWriteTimeUtc(beside, (Node.Time.GetUtcNow() - TimeSpan.FromDays(nightsAgo)).UtcDateTime);
        File.Move(beside, path);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        CaptureRecord? row = null;
        await Eventually.HoldsAsync(
            async () => (row = (await AllAsync())
                .SingleOrDefault(c => c.Sha256 == sha256 && c.Source != CaptureRecord.Recovered)) is not null,
            $"{name} to be taken", Node.StateAsync);
        return row!;
    }

    /// <summary>Until what lies among the frames without a row has one: the producer looks for it as the node starts.</summary>
    internal Task UntilTakenAsync() => Eventually.HoldsAsync(async () =>
    {
        var known = (await AllAsync()).Select(r => r.Path).ToHashSet();
        return Frames.Where(f => File.Exists(Node.Root.Resolve(f.Row.Path))).All(f => known.Contains(f.Row.Path));
    }, "files without a row to be taken", Node.StateAsync);

    internal Task<IReadOnlyList<CaptureRecord>> AllAsync() => Node.Catalogue.Captures.NewestAsync(10_000, default);

    /// <summary>Whether the destination gives a frame's bytes.</summary>
    internal async Task<bool> IsThereAsync(CaptureRecord frame)
    {
        try
        {
            return frame.Cid is { } cid && Convert.ToHexStringLower(SHA256.HashData(await Server.GetAsync(cid))) == frame.Sha256;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await Proxy.DisposeAsync();
        await Server.DisposeAsync();
        _kept.Delete(recursive: true);
        _watched.Delete(recursive: true);
    }

    private async Task FirstHalfAsync()
    {
        foreach (var name in new[] { "freed.fits", "gone.fits", "lost.fits", "back.fits", "freed.txt" })
            await ReleasedAsync(await BringAsync(name, nightsAgo: 3));
        await ReleasedAsync(await BringAsync("large.fits", nightsAgo: 3, side: 800));
        await ReleasedAsync(await BringAsync("layout-freed.fits", nightsAgo: 2));
        await KeepAsync();
        await ProvenAsync(await BringAsync("later.fits"));
        // The nights of before are over, and their archives proven.
        await Node.PassUntilAsync(async () => (await Node.Catalogue.Sessions.ListAsync(default))
            .Where(s => string.CompareOrdinal(s.Name.Value, Tonight) < 0).All(s => s.EndedAt is not null),
            TimeSpan.FromMinutes(3), 20, "the nights to end");
        await Node.UntilQuietAsync();
        Frames = await FramesAsync([]);
    }

    private async Task SecondHalfAsync()
    {
        await Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Proven } });
        await ReleasedAsync((await AllAsync()).Single(c => c.FileName == "later.fits"));
        await ReleasedAsync(await BringAsync("new.fits"));
        await KeepAsync();
        foreach (var name in new[] { "kept.fits", "revoked.fits", "drop.fits", "kept.txt" })
            await ProvenAsync(await BringAsync(name));
        await ProvenAsync(await BringAsync("layout-here.fits", nightsAgo: 2));
        await Node.UntilQuietAsync();
        await BackAsync();
        foreach (var name in new[] { "gone.fits", "drop.fits" })
            await DiscardAsync(name);
        foreach (var name in new[] { "lost.fits", "revoked.fits" })
            await LoseAsync(name);
        await Node.Get<AuditRound>().RunAsync(default);
        await Node.UntilQuietAsync();

        Proxy.Fault = async context =>
        {
            if (context.Request.Path != "/v0/possession")
                return false;
            context.Response.StatusCode = 503;
            await context.Response.CompleteAsync();
            return true;
        };
        var pushed = await BringAsync("pushed.fits");
        await Eventually.HoldsAsync(async () =>
            await Node.Catalogue.Custody.FindPushAsync(TestNode.Destination, pushed.Id.ToString(), default) is not null,
            "a push", Node.StateAsync);
        await Proxy.DownAsync();
        var added = await BringAsync("added.fits");
        await Eventually.HoldsAsync(async () => (await Node.FrameAsync(added)).Cid is not null, "a CID", Node.StateAsync);
        await Node.UntilQuietAsync();
        await Node.Queues.PauseAsync(QueueNames.IpfsAdd, "the test looks");
        await BringAsync("saved.fits");
        await Node.UntilQuietAsync();
        // The capture program tidied up, but for one.
        foreach (var file in _watched.EnumerateFiles().Where(f => f.Name != "freed.fits"))
            file.Delete();
    }

    private string Tonight => SessionName.NightOf(Node.Time.GetUtcNow(), Node.Time.LocalTimeZone).Value;

    /// <summary>A frame that was freed comes back: the server said once that it has it no more.</summary>
    private async Task BackAsync()
    {
        var frame = (await AllAsync()).Single(c => c.FileName == "back.fits");
        Proxy.Answer = (path, body) => path == "/v0/possession" ? body.Replace("true", "false") : body;
        await AskAsync(frame);
        Assert.Empty(await Node.ProofsAsync(frame));
        Proxy.Heal();
        await Node.Get<AuditRound>().RunAsync(default);
        Assert.False(await Node.IsReleasedAsync(frame));
        await Node.UntilQuietAsync();
        await ProvenAsync(frame);
    }

    private async Task DiscardAsync(string name)
    {
        var frame = (await AllAsync()).Single(c => c.FileName == name);
        await Node.Get<DiscardCommand>().RunAsync(frame.Id.ToString(), "ana", "a lamp", default);
        await Node.Get<DiscardRound>().RunAsync(default);
        await Node.UntilQuietAsync();
        Assert.Null(await Node.Catalogue.Custody.FindPushAsync(TestNode.Destination, frame.Id.ToString(), default));
    }

    /// <summary>The server loses it, and the node finds out.</summary>
    private async Task LoseAsync(string name)
    {
        var frame = (await AllAsync()).Single(c => c.FileName == name);
        BlockOf(frame)!.Delete();
        await AskAsync(frame);
        Assert.Empty(await Node.ProofsAsync(frame));
    }

    private async Task AskAsync(CaptureRecord frame) => await Node.Get<AuditRound>().AskAsync(
        Node.Get<DestinationSet>().All.Single(), (await Node.ProofsAsync(frame))[^1], default);

    private Task KeepAsync() => Node.RestartAsync(o => o with { Release = o.Release with { When = ReleaseWhen.Never } });

    private async Task ReleasedAsync(CaptureRecord frame)
    {
        await Node.UntilReleasedAsync(frame);
        await Node.UntilQuietAsync();
    }

    private async Task ProvenAsync(CaptureRecord frame) => await Node.UntilProvenAsync(frame);

    // A small frame is one block, whose name is the hash of its bytes.
    private FileInfo? BlockOf(CaptureRecord frame) => Server.Blocks().FirstOrDefault(
        b => b.Length == frame.SizeBytes && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(b.FullName))) == frame.Sha256);

    private async Task<IReadOnlyList<NightFrame>> FramesAsync(IReadOnlyList<NightFrame> early)
    {
        var before = early.ToDictionary(f => f.Row.Id);
        var frames = new List<NightFrame>();
        foreach (var row in await AllAsync())
        {
            var old = before.GetValueOrDefault(row.Id);
            frames.Add(new NightFrame(row, old is not null, old is { IsHere: false }, File.Exists(Node.Root.Resolve(row.Path)),
                await IsThereAsync(row)));
        }

        return frames;
    }

    /// <summary>One night's journal lies where versions before 0.3 kept it.</summary>
    private void LeaveOldLayout()
    {
        var folder = Directory.GetDirectories(Path.Combine(Node.Data, "frames"), "*-dome")
            .Single(f => File.Exists(Path.Combine(f, "layout-here.fits")));
        File.Move(SessionFolder.Journal(folder), Path.Combine(folder, SessionJournal.FileName));
    }
}
