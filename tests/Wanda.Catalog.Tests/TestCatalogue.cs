using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests;

/// <summary>A catalogue in a folder of its own, thrown away with the test.</summary>
public sealed class TestCatalogue : IAsyncDisposable
{
    private readonly TimeProvider _time;

    private TestCatalogue(string folder, Catalogue catalogue, TimeProvider time) => (Folder, Catalogue, _time) = (folder, catalogue, time);

    public static readonly DateTimeOffset Now = new(2026, 11, 21, 5, 0, 0, TimeSpan.Zero);

    public string Folder { get; }

    public Catalogue Catalogue { get; private set; }

    public static async Task<TestCatalogue> CreateAsync(TimeProvider? time = null)
    {
        var folder = Directory.CreateTempSubdirectory("wanda-catalogue-").FullName;
        var catalogue = await OpenAsync(folder, time ??= new Clock());
        await catalogue.Destinations.RegisterAsync([Configured("altermundi"), Configured("casa")], default);
        return new TestCatalogue(folder, catalogue, time);
    }

    public static ConfiguredDestination Configured(string name, string? place = null) =>
        new(name, "wanda", name, place ?? $"wanda https://{name}.example.org", _ => false);

    /// <summary>Through the door, by the proofs that it has.</summary>
    public async Task ReleaseAsync(CaptureRecord capture)
    {
        var proofs = await Catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), default);
        var row = (await Catalogue.Captures.FindAsync(capture.Id, default))!;
        Assert.Null(await Catalogue.Ledger.OpenDoorAsync(new DoorRequest(row, proofs, CountThisMachine: false, () => true), default));
        await Catalogue.Ledger.ApplyAsync(new Fact.Released(capture.Id), default);
    }

    /// <param name="meanwhile">What is done with the closed file.</param>
    public async Task ReopenAsync(Action? meanwhile = null)
    {
        await Catalogue.DisposeAsync();
        meanwhile?.Invoke();
        Catalogue = await OpenAsync(Folder, _time);
    }

    public async Task<CaptureRecord> AddAsync(string session = "night", string? path = null, int number = 0)
    {
        await Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new SessionName(session), SessionKind.Camera), default);
        return await Catalogue.Ledger.ApplyAsync(new Fact.Saved(Capture(session, path, number)), default);
    }

    public static CaptureRecord Capture(string session = "night", string? path = null, int number = 0)
    {
        var id = CaptureId.New(TimeProvider.System);
        return new CaptureRecord
        {
            Id = id,
            Session = new SessionName(session),
            Number = number,
            FileName = "frame.fits",
            Path = path ?? $"{session}/{id}.fits",
            SizeBytes = 4_294_967_296,
            ModifiedNs = 1_790_000_000_123_456_700,
            Inode = 42,
            Sha256 = new string('a', 64),
            Format = "fits",
            Source = "sim",
            TakenAt = new DateTimeOffset(2026, 11, 21, 1, 2, 3, 456, TimeSpan.Zero),
            SavedAt = new DateTimeOffset(2026, 11, 21, 1, 2, 5, TimeSpan.Zero),
            ClockTrusted = true,
            Metadata = """{"exposureSeconds":2.5}""",
        };
    }

    public static CustodyProof Proof(
        CaptureRecord capture, string destination = "altermundi", string domain = "altermundi", bool here = false) => new()
        {
            Id = Guid.NewGuid().ToString(),
            SubjectKind = SubjectKind.Capture,
            Subject = capture.Id.ToString(),
            Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
            Destination = destination,
            FailureDomain = domain,
            OnThisMachine = here,
            Method = ProofMethod.Possession,
            Bytes = capture.SizeBytes,
            Digest = new string('b', 64),
            Endpoint = "https://pin.example.org",
            Place = Configured(destination).Place,
            ProvenAt = DateTimeOffset.UnixEpoch.AddYears(56),
            ExpiresAt = DateTimeOffset.UnixEpoch.AddYears(57),
        };

    public async ValueTask DisposeAsync()
    {
        await Catalogue.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static Task<Catalogue> OpenAsync(string folder, TimeProvider time) =>
        Catalogue.OpenAsync(Path.Combine(folder, "catalogue.db"), time, default);

    /// <summary>Only what it says is fixed: timers run.</summary>
    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
