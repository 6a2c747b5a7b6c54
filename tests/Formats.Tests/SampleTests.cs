using System.Text.Json;
using System.Text.RegularExpressions;
using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Formats.Tests;

/// <summary>Law 9: what every version wrote, today's code reads.</summary>
public sealed partial class SampleTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-formats-").FullName;

    public static TheoryData<string> Versions => [.. SampleFolder.Versions];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Versions))]
    public async Task Messages_that_wait_in_the_queue_arrive(string version)
    {
        await SampleFolder.RestoreAsync(version, _folder);
        await using var node = await SampleNode.StartAsync(_folder);
        var waiting = (await node.Queues.FindAsync(SampleNode.Queue))!.Ready;
        await node.Queues.ResumeAsync(SampleNode.Queue);
        using var bound = new CancellationTokenSource(Bound);
        while (node.Received.Count < waiting)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, bound.Token);

        // By their values: a field that a later version adds has none in an older sample.
        var expected = Known.Messages.Where(
            m => SampleFolder.Text(version, "queue.sql").Contains(Urn(m.GetType()), StringComparison.Ordinal));
        foreach (var message in expected)
            Assert.Contains(message, node.Received);
        Assert.Equal(waiting, node.Received.Count);
        Assert.Equal(0, (await node.Queues.FindAsync(SampleNode.Queue))!.Error);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task The_catalogue_is_read_whole(string version)
    {
        await SampleFolder.RestoreAsync(version, _folder);
        await using var catalogue = await Catalogue.OpenAsync(Path.Combine(_folder, "catalogue.db"), TimeProvider.System, default);

        var released = await catalogue.Captures.GetAsync(Known.Released, default);
        Assert.Equal(Known.Capture(Known.Released, 1) with
        {
            Cid = Known.Cid,
            DagBytes = released.SizeBytes + 400,
            AddedAt = Known.Now,
            Preview = PreviewState.None,
            PreviewReason = Known.Reason,
            ReleasingAt = Known.Now,
            ReleasedAt = Known.Now,
        }, released);
        Assert.Equal(Known.Capture(Known.Fresh, 2) with { HoldReason = "not proven yet" },
            await catalogue.Captures.GetAsync(Known.Fresh, default));
        Assert.Equal(Known.Proof,
            Assert.Single(await catalogue.Custody.ProofsOfAsync(Known.Released.ToString(), default)) with { Place = null });
        Assert.Equal(Known.Pin, await catalogue.Custody.FindPushAsync(Known.Destination, Known.Released.ToString(), default));

        var session = (await catalogue.Sessions.FindAsync(Known.Session, default))!;
        Assert.Equal((SessionKind.Camera, Known.RootCid, 2, 1, Known.Now),
            (session.Kind, session.DirectoryCid, session.ArchivedFrames, session.Revision, session.EndedAt));
        var destination = (await catalogue.Destinations.FindAsync(Known.Destination, default))!;
        Assert.Equal((DestinationState.Paused, "it does not answer", Known.Now.AddMinutes(5)),
            (destination.State, destination.Reason, destination.NextTryAt));
        var name = (await catalogue.Node.FindNameAsync(Known.Name, default))!;
        Assert.Equal(Known.Ipns.Record, name.Record);
        Assert.Equal(Known.Ipns with { Record = [] }, name with { Record = [] });
        Assert.Equal(Known.Now, await catalogue.Node.NewestTimeAsync(default));
        Assert.Equal(
            [EventKind.Saved, EventKind.Added, EventKind.Previewed, EventKind.Pushed, EventKind.Proven,
                EventKind.Releasing, EventKind.Released],
            (await catalogue.Events.OfAsync(Known.Released.ToString(), 100, default)).OrderBy(e => e.Seq).Select(e => e.Kind));
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_sample_that_was_brought_up_to_date_has_the_schema_of_a_new_file(string version)
    {
        // A released migration that is edited gives new files what old ones have not: only the old ones fail, and at night.
        var (old, fresh) = (Path.Combine(_folder, "old"), Path.Combine(_folder, "new"));
        Directory.CreateDirectory(old);
        await SampleFolder.RestoreAsync(version, old);
        foreach (var folder in new[] { old, fresh })
            await (await SampleNode.StartAsync(folder)).DisposeAsync();
        foreach (var name in SampleFolder.Databases)
        {
            Assert.Equal(await SqlDump.SchemaAsync(Path.Combine(fresh, name + ".db")),
                await SqlDump.SchemaAsync(Path.Combine(old, name + ".db")));
        }
    }

    /// <summary>The same of the queue: its columns, and what waits in it.</summary>
    [Fact]
    public async Task A_queue_that_went_back_to_0_2_0_comes_home()
    {
        var (old, now) = (Path.Combine(_folder, "old.db"), Path.Combine(_folder, "q.db"));
        await SqlDump.RestoreAsync(SampleFolder.Text("0.2.0", "queue.sql"), old);
        await using (var queues = new SqliteQueues(now))
            await queues.PauseAsync(SampleNode.Queue, "503", null, "Outage");
        for (var trips = 0; trips < 2; trips++)
        {
            SqlDump.Run(now, "PRAGMA user_version = 2");
            await SqlDump.CopyRowsAsync(old, now);
            await using var queues = new SqliteQueues(now);
            var pause = (await queues.FindAsync(SampleNode.Queue))!.Paused!;
            Assert.Equal(("the samples wait here", (string?)null), (pause.Reason, pause.Code));
        }

        Assert.Contains("PRAGMA user_version = 3", await SqlDump.OfAsync(now), StringComparison.Ordinal);
    }

    /// <summary>CHANGELOG.md names the way back to 0.2.0: the number of the schema that it knows, and every row as it writes it.</summary>
    [Fact]
    public async Task A_catalogue_that_went_back_to_0_2_0_comes_home()
    {
        var (old, now) = (Path.Combine(_folder, "old.db"), Path.Combine(_folder, "catalogue.db"));
        await SqlDump.RestoreAsync(SampleFolder.Text("0.2.0", "catalogue.sql"), old);
        await (await SampleNode.StartAsync(_folder)).DisposeAsync();
        for (var trips = 0; trips < 2; trips++)
        {
            SqlDump.Run(now, "PRAGMA user_version = 3");
            await SqlDump.CopyRowsAsync(old, now);
            await using var catalogue = await Catalogue.OpenAsync(now, TimeProvider.System, default);
            Assert.Equal(CaptureKind.Frame, (await catalogue.Captures.GetAsync(Known.Fresh, default)).Kind);
            Assert.Equal(Known.Proof, Assert.Single(await catalogue.Custody.ProofsOfAsync(Known.Released.ToString(), default)));
        }

        Assert.Contains("PRAGMA user_version = 8", await SqlDump.OfAsync(now), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_lost_catalogue_is_rebuilt_from_the_journals_beside_the_frames(string version)
    {
        await SampleFolder.RestoreAsync(version, _folder, catalogue: false);
        await using var node = await SampleNode.StartAsync(_folder);
        var released = await node.Catalogue.Captures.GetAsync(Known.Released, default);
        Assert.Equal((Known.Cid, true), (released.Cid, released.ReleasedAt is not null));
        // Long ago, whatever the line said of when it was given: it is asked for again.
        Assert.Equal(Known.Proof with { ExpiresAt = DateTimeOffset.UnixEpoch },
            Assert.Single(await node.Catalogue.Custody.ProofsOfAsync(Known.Released.ToString(), default)) with { Place = null });
        Assert.Equal(Known.Capture(Known.Fresh, 2), await node.Catalogue.Captures.GetAsync(Known.Fresh, default));
        Assert.Contains(node.Root.Id, SampleFolder.Text(version, $"frames/{StorageRoot.IdFileName}"), StringComparison.Ordinal);
        if (SampleFolder.SessionText(version, SessionJournal.FileName)
            .Contains("\"t\":\"discarded\"", StringComparison.Ordinal))
        {
            Assert.Equal((Known.Now, "ana@dome", Known.Reason), await DiscardAsync(node.Catalogue));
        }
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_session_s_own_files_are_apart_from_its_frames_in_the_end(string version)
    {
        await SampleFolder.RestoreAsync(version, _folder);
        await using var node = await SampleNode.StartAsync(_folder);
        var folder = node.Root.FolderOf(Known.Session);
        var before = await SessionJournal.ReadAsync(node.Catalogue, node.Root, Known.Session, default).ToListAsync();
        await OldLayout.MoveAsync(node.Catalogue, node.Root, Known.Session, default);
        Assert.False(await OldLayout.MoveAsync(node.Catalogue, node.Root, Known.Session, default));
        Assert.Equal(before, await SessionJournal.ReadAsync(folder, default).ToListAsync());
        Assert.NotEmpty(before);
        Assert.Equal(SampleFolder.SessionText(version, SessionMetadata.FileName),
            await File.ReadAllTextAsync(SessionFolder.Metadata(folder)));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory, MemberData(nameof(Versions))]
    public void Metadata_keeps_its_names(string version)
    {
        var metadata = JsonSerializer.Deserialize<SessionMetadata>(
            SampleFolder.SessionText(version, SessionMetadata.FileName), JsonSerializerOptions.Web)!;
        Assert.Equal((Known.Session.Value, 2), (metadata.Name, metadata.Images.Count));
        var image = metadata.Images[0];
        var frame = Known.Capture(Known.Released, 1);
        Assert.Equal(
            (1, Known.Cid, frame.Id.ToString(), "light-1.fits", frame.SizeBytes, frame.Sha256, frame.TakenAt, "M 31 \u00e9"),
            (image.Number, image.Cid, image.Id, image.File, image.Bytes, image.Sha256, image.Taken,
                image.Meta?["object"]?.GetValue<string>()));
        Assert.False(metadata.Images[1].ClockTrusted);
    }

    [Theory, MemberData(nameof(Versions))]
    public void The_configuration_is_understood(string version)
    {
        var options = WandaConfiguration.Load(Path.Combine(SampleFolder.Root, version, "wanda.json"));
        Assert.Equal(("dome-1", 2, ReleaseWhen.Proven), (options.Node, options.Release.Copies, options.Release.When));
        Assert.Equal(TimeSpan.FromDays(20), Assert.Single(options.Destinations).ProofLifetime);
        Assert.True(Assert.Single(options.Cameras).Bayer);
    }

    [Fact]
    public void Every_message_type_has_a_sample()
    {
        var samples = string.Concat(SampleFolder.Versions.Select(v => SampleFolder.Text(v, "queue.sql")));
        // README.md says how to add one
        Assert.All(MessageTypes.All, type => Assert.Contains(Urn(type), samples, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_of_journal_line_has_a_sample()
    {
        var samples = string.Concat(
            SampleFolder.Versions.Select(v => SampleFolder.SessionText(v, SessionJournal.FileName)));
        var kinds = typeof(JournalEntry).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(a => $"\"t\":\"{a.TypeDiscriminator}\"").ToList();
        Assert.NotEmpty(kinds);
        Assert.All(kinds, kind => Assert.Contains(kind, samples, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_schema_version_has_a_sample()
    {
        await using (await SampleNode.StartAsync(_folder))
        {
        }

        foreach (var name in SampleFolder.Databases)
        {
            var newest = UserVersion().Match(await SqlDump.OfAsync(Path.Combine(_folder, name + ".db"))).Value;
            Assert.Contains(newest, SampleFolder.Versions.Select(v => UserVersion().Match(SampleFolder.Text(v, name + ".sql")).Value));
        }
    }

    private static async Task<(DateTimeOffset?, string?, string?)> DiscardAsync(Catalogue catalogue)
    {
        var gone = await catalogue.Captures.GetAsync(Known.Discarded, default);
        return (gone.DiscardedAt, gone.DiscardedBy, gone.DiscardReason);
    }

    private static string Urn(Type type) => $"urn:message:{type.Namespace}:{type.Name}";

    [GeneratedRegex(@"PRAGMA user_version = \d+")]
    private static partial Regex UserVersion();
}
