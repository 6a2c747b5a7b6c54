using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Originals;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer.Tests.Support;

/// <summary>A node that adopts its watched folder; what is proven where, and released, is told to the catalogue as workers do.</summary>
public abstract class AdoptingNode : ProducerNode
{
    private const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    private protected const string Destination = "casa";

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch = [new WatchOptions
        {
            Path = Watched, Name = "pi", Quiet = TimeSpan.Zero, QuietDoubtful = TimeSpan.FromSeconds(1), Take = WatchTake.Adopt,
        }],
        Destinations = [new DestinationOptions { Name = Destination, Url = "http://127.0.0.1:9", Token = "none" }],
        Release = options.Release with { When = ReleaseWhen.Proven },
    };

    /// <summary>Whatever lies there is taken, and what comes is seen coming.</summary>
    private protected Task IdleAsync() => Eventually.HoldsAsync(() => Get<CaptureProgress>().IsIdle, "the folder to be looked through");

    private protected string PathOf(string name) => Path.Combine(Watched, name);

    /// <summary>Another program writes a frame in place, as one does that truncates.</summary>
    private protected async Task WriteAsync(string name, int version)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        await File.WriteAllBytesAsync(PathOf(name), await FitsAsync(version));
    }

    /// <summary>The frame that a version of a file was taken as.</summary>
    private protected async Task<CaptureRecord> TakenAsync(int version)
    {
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await FitsAsync(version)));
        CaptureRecord? taken = null;
        await Eventually.HoldsAsync(async () =>
            (taken = (await Catalogue.Captures.NewestAsync(1000, default)).FirstOrDefault(c => c.Sha256 == sha256)) is not null,
            $"version {version} to be taken");
        return taken!;
    }

    private protected async Task<CaptureRecord> WriteAndTakeAsync(string name, int version)
    {
        await WriteAsync(name, version);
        return await TakenAsync(version);
    }

    private protected async Task<CaptureRecord> RowAsync(CaptureRecord capture) =>
        (await Catalogue.Captures.FindAsync(capture.Id, default))!;

    /// <summary>It is proven elsewhere, and its local bytes are gone through the door.</summary>
    private protected async Task<CaptureRecord> ReleaseAsync(CaptureRecord capture)
    {
        await ProveAsync(capture);
        File.Delete(Root.Resolve(capture.Path));
        await ReleaseAsync(Catalogue, capture);
        return await RowAsync(capture);
    }

    /// <summary>The same of a frame that is proven, as far as the catalogue knows.</summary>
    private protected static async Task<DoorRequest> ReleaseAsync(Catalogue catalogue, CaptureRecord capture)
    {
        var request = new DoorRequest((await catalogue.Captures.FindAsync(capture.Id, default))!,
            await catalogue.Custody.ProofsOfAsync($"{capture.Id}", default), CountThisMachine: false, () => true);
        Assert.Null(await catalogue.Ledger.OpenDoorAsync(request, default));
        await catalogue.Ledger.ApplyAsync(new Fact.Released(capture.Id), default);
        return request;
    }

    private protected async Task ProveAsync(CaptureRecord capture)
    {
        var place = (await Catalogue.Destinations.ListAsync(default)).Single(d => d.Name == Destination).Place;
        await Catalogue.Ledger.ApplyAsync(new Fact.Added(capture.Id, Cid, capture.SizeBytes), default);
        await Catalogue.Ledger.ApplyAsync(new Fact.Proven(new CustodyProof
        {
            Id = $"{Guid.NewGuid()}",
            SubjectKind = SubjectKind.Capture,
            Subject = $"{capture.Id}",
            Cid = Cid,
            Destination = Destination,
            FailureDomain = Destination,
            OnThisMachine = false,
            Method = ProofMethod.Possession,
            Bytes = capture.SizeBytes,
            Digest = "",
            Endpoint = "",
            Place = place,
            ProvenAt = Time.GetUtcNow(),
            ExpiresAt = Time.GetUtcNow().AddDays(30),
        }), default);
    }

    private protected WatchedFolder Folder => Assert.Single(Get<WatchedFolders>().Adopted);

    /// <summary>One round, beside those that come by themselves.</summary>
    private protected async Task RoundAsync()
    {
        foreach (var watched in Get<WatchedFolders>().Adopted)
            await Get<OriginalsRound>().RunAsync(watched, default);
    }

    /// <summary>Rounds until an original is in a state; the watch may have to see its file first.</summary>
    private protected Task BecomesAsync(CaptureRecord capture, OriginalState? state) => Eventually.HoldsAsync(async () =>
    {
        Time.Advance(TimeSpan.FromMinutes(2)); // what stays is looked at again now and then
        await RoundAsync();
        return (await RowAsync(capture)).Original == state;
    }, $"the original to be {state}", async () => $"{await RowAsync(capture)}");

    /// <summary>The names in the watched folder, hidden ones as well.</summary>
    private protected string[] Names() => [.. Directory.EnumerateFiles(Watched, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Watched, path)).Order(StringComparer.Ordinal)];

    private protected static string AsideName(CaptureRecord capture) => HeldOriginal.AsideName(capture.Id).ToString();

    private protected static async Task<byte[]> FitsAsync(int version)
    {
        var file = new MemoryStream();
        var writer = await FitsWriter.StartAsync(file, 16, 16, new FitsHeader().Add("VERSION", $"{version}"));
        await writer.WriteAsync(new ushort[16 * 16]);
        await writer.CompleteAsync();
        return file.ToArray();
    }
}
