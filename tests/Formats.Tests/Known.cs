using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Formats.Tests;

/// <summary>What the samples of every version say; tests compare what today's code reads with it.</summary>
internal static class Known
{
    public const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    public const string RootCid = "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    public const string Name = "k51qzi5uqu5dkkciu33khkzbcmxtyhn376i1e83tya8kuy7z9euedzyr5nhoew";
    public const string Destination = "altermundi";
    public const string Place = "wanda https://pin.example.org";
    public const string Reason = "the file is of no known image format (FITS, JPEG, PNG, TIFF, camera RAW)";

    public static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 4, 5, 678, TimeSpan.Zero);
    public static readonly SessionName Session = new("2026-11-20-dome");
    public static readonly CaptureId Released = CaptureId.Parse("019aa456-7a1e-7000-8000-0123456789ab");
    public static readonly CaptureId Fresh = CaptureId.Parse("019aa456-7a1f-7000-8000-0123456789ac");
    public static readonly CaptureId Discarded = CaptureId.Parse("019aa456-7a21-7000-8000-0123456789ae");

    /// <summary>One message of every type, with every field.</summary>
    public static readonly object[] Messages =
    [
        new CaptureSaved { CaptureId = Fresh, Session = Session, Number = 2, SizeBytes = 4_294_967_297, SavedAt = Now },
        new ThumbnailCreated { CaptureId = Fresh, Session = Session },
        new ThumbnailUnavailable { CaptureId = Fresh, Session = Session, Reason = Reason },
        new CaptureAdded { CaptureId = Fresh, Session = Session, Cid = Cid, SizeBytes = 4_294_967_297 },
        new CaptureProven { CaptureId = Fresh, Session = Session, Cid = Cid, Destination = Destination },
        new CaptureReleased { CaptureId = Fresh, Session = Session, SizeBytes = 4_294_967_297 },
        new CaptureDiscarded { CaptureId = Discarded, Session = Session },
        new SessionEnded { Session = Session, Frames = 2 },
        new SessionArchiveDue { Session = Session },
        new SessionArchived { Session = Session, DirectoryCid = RootCid, Frames = 2 },
        new SessionProven { Session = Session, DirectoryCid = RootCid, Destination = Destination },
        new IpnsPublished { Name = Name, RootCid = RootCid, Sequence = 9_007_199_254_740_993 },
    ];

    /// <summary>What the journal has of a session that is another program's run.</summary>
    public static readonly JournalEntry Run = new JournalEntry.SessionTold
    {
        Session = Session,
        Source = "captures",
        Folder = RawName.FromText("M31/Ha"),
        Night = new SessionName("2026-11-20"),
        StartedAt = Now,
        Application = new ApplicationReport
        {
            Name = "M31/Ha",
            TotalImages = 20,
            ImagesCaptured = 3,
            Status = "completed",
            StartTime = Now,
            EndTime = Now.AddMinutes(5),
            UseCurrentSettings = true,
            EnableTracking = false,
            TotalTimeHours = 0.5,
            MountTrackingStopped = false,
        },
    };

    public static readonly CustodyProof Proof = new()
    {
        Id = "019aa456-7a20-7000-8000-0123456789ad",
        SubjectKind = SubjectKind.Capture,
        Subject = Released.ToString(),
        Cid = Cid,
        Destination = Destination,
        FailureDomain = "altermundi.example",
        OnThisMachine = false,
        Method = ProofMethod.Possession,
        Bytes = 4_294_967_296,
        Digest = new string('b', 64),
        Endpoint = "https://pin.example.org",
        ProvenAt = Now,
        ExpiresAt = Now.AddDays(30),
    };

    public static readonly RemotePin Pin = new()
    {
        Destination = Destination,
        Subject = Released.ToString(),
        Cid = Cid,
        RemoteId = "pin-7",
        PushedAt = Now,
    };

    public static readonly IpnsState Ipns = new()
    {
        Name = Name,
        RootCid = RootCid,
        Sequence = 41,
        Record = [1, 2, 3, 254],
        SignedAt = Now,
        PublishedAt = Now,
    };

    public static CaptureRecord Capture(CaptureId id, int number) => new()
    {
        Id = id,
        Session = Session,
        Number = number,
        FileName = $"Light M 31 {number}.fits",
        Path = $"{Session}/light-{number}.fits",
        SizeBytes = 4_294_967_295 + number,
        ModifiedNs = 1_790_000_000_123_456_789,
        Inode = 1_234_567,
        Sha256 = new string('a', 64),
        Format = "fits",
        Source = "dome",
        SourceKey = $"light-{number}.fits|4294967296|1790000000123456789",
        TakenAt = Now.AddSeconds(-120),
        SavedAt = Now,
        ClockTrusted = number == 1,
        Metadata = """{"exposure":120,"filter":"Ha","object":"M 31 \u00e9"}""",
    };
}
