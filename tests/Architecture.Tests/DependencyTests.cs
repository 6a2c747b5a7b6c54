namespace Architecture.Tests;

/// <summary>
/// Who may know whom. Packages know neither the contracts nor one another; producer, workers and ops never one another: they meet in the
/// queue and the catalogue. A new dependency of any room is a new entry here, so that it shows in review.
/// </summary>
public class DependencyTests
{
    private static readonly string[] Contracts = ["Wanda.Contracts", "Wanda.Custody", "Wanda.Catalog", "Wanda.Hosting"];
    private static readonly string[] Sqlite = ["Microsoft.Data.Sqlite.Core", "SQLite", "SQLitePCLRaw.bundle_e_sqlite3"];
    private const string AspNet = "Microsoft.AspNetCore.App";
    private const string Files = "Files.Shared"; // durable files
    private const string SqliteFiles = "Sqlite.Shared"; // a SQLite file for several processes; brings the three packages of Sqlite

    // The two shared sources are compiled into each room as internal types: a package stands by itself, and nobody's public API carries
    // them.
    private static readonly Dictionary<string, Room> Table = new()
    {
        ["Wanda.Contracts"] = new(),
        ["Wanda.Custody"] = new() { Projects = ["Wanda.Contracts"] },
        ["Wanda.Catalog"] = new()
        {
            Projects = ["Wanda.Contracts", "Wanda.Custody"],
            Packages = ["Dapper", .. Sqlite],
            Sources = [Files, SqliteFiles],
        },
        ["Wanda.Hosting"] = new()
        {
            Projects = ["Wanda.Contracts", "Wanda.Custody", "Wanda.Catalog", "MassTransit.SqlTransport.Sqlite"],
            Frameworks = [AspNet],
            Sources = [Files],
        },
        ["MassTransit.SqlTransport.Sqlite"] = new() { Packages = ["MassTransit", .. Sqlite], Sources = [SqliteFiles] },
        // "BCL" but for the index of the block store: which file holds which leaf must be found among a million, by several processes, and
        // survive a power cut. That is what SQLite is for; an index of our own would be more code and less proven.
        ["Wanda.Ipfs"] = new() { Packages = ["NSec.Cryptography", "System.Formats.Cbor", .. Sqlite], Sources = [Files, SqliteFiles] },
        ["Wanda.Imaging"] = new()
        {
            Packages = ["NetVips.Native", "NetVips.Native.$(RuntimeIdentifier)", "NetVips.Native.$(NETCoreSdkPortableRuntimeIdentifier)"],
            Sources = [Files],
        },
        ["Wanda.Notify"] = new() { Packages = ["MailKit"] },
        // There is no kept server of Socket.IO for .NET, and the kept client does not notice a server that falls silent.
        ["Wanda.SocketIO"] = new() { Frameworks = [AspNet] },
        ["Wanda.CaptureProducer"] = new() { Projects = [.. Contracts, "Wanda.Imaging"], Frameworks = [AspNet], Sources = [Files] },
        ["Wanda.Workers"] = new()
        {
            Projects = [.. Contracts, "Wanda.Ipfs", "Wanda.Imaging", "Wanda.Destinations"],
            Frameworks = [AspNet],
            Sources = [Files],
        },
        // Hosting for a destination's keys and for the two exceptions that say what a failure means to a queue. The transport that comes
        // along is used by no line of it: see below.
        ["Wanda.Destinations"] = new() { Projects = ["Wanda.Custody", "Wanda.Catalog", "Wanda.Hosting", "Wanda.Ipfs"], Sources = [Files] },
        // Its pins are a SQLite file, for the same reason.
        ["Wanda.PinningServer"] = new()
        {
            Projects = ["Wanda.Ipfs", "Wanda.Notify"],
            Packages = [.. Sqlite, "QRCoder"],
            Frameworks = [AspNet],
            Sources = [Files, SqliteFiles],
        },
        // What the WANDA app answers is passed on by a proxy that others keep: headers, bodies and broken lines are its daily bread.
        ["Wanda.Ops"] = new()
        {
            Projects = [.. Contracts, "Wanda.Ipfs", "Wanda.SocketIO"],
            Packages = ["Yarp.ReverseProxy", "QRCoder"],
            Frameworks = [AspNet],
            Sources = [Files],
        },
        ["Wanda.Cli"] = new()
        {
            Projects = [.. Contracts, "Wanda.CaptureProducer", "Wanda.Workers", "Wanda.Destinations", "Wanda.PinningServer", "Wanda.Ops",
                "Wanda.Ipfs", "Wanda.Imaging", "Wanda.Notify"],
            Packages = ["System.CommandLine", "Spectre.Console"],
            Frameworks = [AspNet],
        },
    };

    [Fact]
    public void Every_room_depends_on_what_the_table_says()
    {
        var wrong = ProjectFile.Rooms.SelectMany(
            p => Table.TryGetValue(p.Name, out var room) ? room.Differences(p) : [$"{p.Path} is no room of the table."]);
        Report.None(wrong.Concat(Table.Keys.Except(ProjectFile.Rooms.Select(p => p.Name)).Select(name => $"{name} has no project.")));
    }

    [Fact]
    public void Packages_know_neither_contracts_nor_one_another() =>
        Report.None(ProjectFile.Rooms.Where(p => p.Path.StartsWith("packages/", StringComparison.Ordinal))
            .SelectMany(p => p.Projects.Select(r => $"{p.Name} -> {r}")));

    [Fact]
    public void Producer_workers_and_ops_meet_in_the_queue_and_the_catalogue_only()
    {
        string[] apart = ["Wanda.CaptureProducer", "Wanda.Workers", "Wanda.Ops"];
        Report.None(ProjectFile.Rooms.Where(p => apart.Contains(p.Name))
            .SelectMany(p => p.Projects.Intersect(apart).Select(r => $"{p.Name} -> {r}")));
    }

    [Fact]
    public void A_destination_knows_no_queue() =>
        Report.None(Repository.ProductCode.Where(f => f.StartsWith("workers/Wanda.Destinations/", StringComparison.Ordinal))
            .Where(f => Repository.Code(f).Any(line => line.Text.Contains("MassTransit", StringComparison.Ordinal))));

    [Fact]
    public void Nobody_brings_a_version_or_a_library_of_his_own()
    {
        foreach (var file in Repository.FilesOf(".csproj", ".props").Where(f => f != "Directory.Packages.props"))
        {
            var text = Repository.Text(file);
            Assert.False(
                text.Contains("VersionOverride", StringComparison.Ordinal) || text.Contains("<Reference ", StringComparison.Ordinal), file);
            Assert.DoesNotMatch("""<PackageReference [^>]*\bVersion\s*=""", text);
        }
    }

    private sealed record Room
    {
        public string[] Projects { get; init; } = [];

        public string[] Packages { get; init; } = [];

        public string[] Frameworks { get; init; } = [];

        public string[] Sources { get; init; } = [];

        public IEnumerable<string> Differences(ProjectFile project) =>
        [
            .. Of(project, "project", project.Projects, Projects), .. Of(project, "package", project.Packages, Packages),
            .. Of(project, "framework", project.Frameworks, Frameworks), .. Of(project, "shared source", project.SharedSources, Sources),
        ];

        private static IEnumerable<string> Of(ProjectFile project, string kind, IReadOnlySet<string> actual, string[] allowed) =>
            actual.Except(allowed).Select(n => $"{project.Path}: the {kind} {n} is not in the table.")
                .Concat(allowed.Except(actual).Select(n => $"{project.Path}: the table has the {kind} {n}, which it does not use."));
    }
}
