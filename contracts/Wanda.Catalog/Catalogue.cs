using Dapper;
using Sqlite.Shared;

namespace Wanda.Catalog;

/// <summary>
/// The catalogue: what this node knows of its frames, sessions, destinations and proofs, in one SQLite file that several processes share. A
/// write is committed when its task completes, and survives kill -9 at any instruction; where a law needs it (the store's page says so) it
/// is fsynced too, and everything written before it. The whole can be rebuilt from the session folders (law 5).
/// </summary>
public sealed class Catalogue : IAsyncDisposable
{
    private const int ApplicationId = 0x57414e44; // "WAND": a queue or another program's database is never migrated as a catalogue

    private readonly SqliteFile _file;

    static Catalogue() => TypeHandlers.Register();

    private Catalogue(SqliteFile file, TimeProvider time)
    {
        _file = file;
        Ledger = new Ledger(file, time);
        Captures = new CaptureStore(file, time);
        Sessions = new SessionStore(file);
        Custody = new CustodyStore(file);
        Audits = new AuditStore(file, time);
        Destinations = new DestinationStore(file, time);
        Events = new EventStore(file, time);
        Node = new NodeStore(file);
        LoginCodes = new LoginCodeStore(file);
        Reports = new ReportStore(file);
        Intake = new IntakeStore(file, time);
        Imports = new ImportStore(file, time);
        Originals = new OriginalStore(file, time);
        JournalLines = new JournalLines(file, time);
    }

    /// <summary>Where it lies.</summary>
    public string Path => _file.Path;

    /// <summary>What happened to frames, copies and sessions is told here.</summary>
    public Ledger Ledger { get; }

    /// <summary>The frames.</summary>
    public CaptureStore Captures { get; }

    /// <summary>The sessions.</summary>
    public SessionStore Sessions { get; }

    /// <summary>Remote pins and proofs.</summary>
    public CustodyStore Custody { get; }

    /// <summary>Audits: what is due, and what came of it.</summary>
    public AuditStore Audits { get; }

    /// <summary>The destinations and their breakers.</summary>
    public DestinationStore Destinations { get; }

    /// <summary>The timelines.</summary>
    public EventStore Events { get; }

    /// <summary>The node's own state.</summary>
    public NodeStore Node { get; }

    /// <summary>The code by which a browser is let in.</summary>
    public LoginCodeStore LoginCodes { get; }

    /// <summary>Where frames come from, and what was seen there and not taken.</summary>
    public IntakeStore Intake { get; }

    /// <summary>Old folders whose frames are taken once.</summary>
    public ImportStore Imports { get; }

    /// <summary>Watched files that are this node's to free.</summary>
    public OriginalStore Originals { get; }

    /// <summary>What an operator's screens read.</summary>
    public ReportStore Reports { get; }

    /// <summary>What the sessions' journals are told.</summary>
    internal JournalLines JournalLines { get; }

    /// <summary>Whether SQLite found its file damaged since it was opened: it is moved aside, and made again, at the next start.</summary>
    public bool IsDamaged => SqliteFileDamage.WasMet(_file.Path);

    /// <summary>Opens or makes the catalogue at <paramref name="path"/> and brings its schema up to date.</summary>
    /// <exception cref="Exception">
    /// The file is no catalogue, is damaged, or was written by a newer version; the message says what to do.
    /// </exception>
    public static async Task<Catalogue> OpenAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var file = await SqliteFile.OpenAsync(
            new SqliteFileOptions { Path = path, ApplicationId = ApplicationId, Readers = 4, AlongAfter = Ledger.Soon },
            time, cancellationToken);
        try
        {
            await file.WriteAsync(Schema.ComeHome, cancellationToken);
            await file.MigrateAsync(Schema.Migrations, cancellationToken);
            return new Catalogue(file, time);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();
}

/// <summary>
/// The catalogue was told something that contradicts what it knows. Nothing was changed; the message says to whom and what to do.
/// </summary>
public sealed class CatalogueConflictException(string message) : Exception(message);

internal static class DynamicParametersExtensions
{
    /// <summary>Adds or replaces one value: enums go into the file as their names, not as numbers.</summary>
    public static DynamicParameters With(this DynamicParameters parameters, string name, object? value)
    {
        parameters.Add(name, value);
        return parameters;
    }
}
