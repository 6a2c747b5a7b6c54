using System.Globalization;
using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Custody;

/// <summary>
/// What counts as a copy, and where a frame is, is one rule in two languages: over any rows both say the same of every clause.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class RuleEqualityTests : IAsyncLifetime
{
    private const string Cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    private static readonly DateTimeOffset Now = TestCatalogue.Now;
    private static readonly string[] Names = ["altermundi", "casa", "gone"];
    private TestCatalogue _test = null!;

    public static TheoryData<string> OfCopies => [.. Clauses<Copy>(typeof(CopyRule)).Keys];

    public static TheoryData<string> OfFrames => [.. Clauses<FrameInHand>(typeof(FrameRule)).Keys];

    public async Task InitializeAsync()
    {
        _test = await TestCatalogue.CreateAsync();
        await _test.Catalogue.Ledger.ApplyAsync(new Fact.SessionOpened(new SessionName("night"), SessionKind.Camera), default);
    }

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(OfCopies))]
    public void A_clause_about_copies_says_the_same_in_both_languages(string name)
    {
        var clause = Clauses<Copy>(typeof(CopyRule))[name];
        using var db = Open();
        Prop.ForAll(Cases.ToArbitrary(), world => World(db, world, (frame, copies, _) =>
        {
            var told = db.Query<string>(
                $"SELECT p.id FROM captures c CROSS JOIN proofs p WHERE {clause}", Parameters(world)).ToHashSet();
            return told.SetEquals(copies.Where(clause.Holds).Select(c => c.Proof.Id));
        })).MustHold();
    }

    [Theory]
    [MemberData(nameof(OfFrames))]
    public void A_clause_about_frames_says_the_same_in_both_languages(string name)
    {
        var clause = Clauses<FrameInHand>(typeof(FrameRule))[name];
        using var db = Open();
        Prop.ForAll(Cases.ToArbitrary(), world => World(db, world, (_, _, hand) =>
            db.ExecuteScalar<long>($"SELECT count(*) FROM captures c WHERE {clause}", Parameters(world)) == (clause.Holds(hand) ? 1 : 0)))
            .MustHold();
    }

    [Fact]
    public void The_state_is_the_same_in_both_languages_and_every_state_occurs()
    {
        using var db = Open();
        var seen = new HashSet<CustodyState>();
        Prop.ForAll(Cases.ToArbitrary(), world => World(db, world, (_, _, hand) =>
        {
            var state = FrameRule.StateOf(hand);
            seen.Add(state);
            return db.ExecuteScalar<string>($"SELECT {FrameRule.StateSql} FROM captures c", Parameters(world)) == state.ToString();
        })).MustHold(tests: 1000);
        Assert.Equal(Enum.GetValues<CustodyState>().ToHashSet(), seen);
    }

    [Fact]
    public void What_may_go_is_what_would_be_decided_to_go()
    {
        var rules = (from waiting in new[] { ReleaseWhen.Proven, ReleaseWhen.Space }
                     from copies in new[] { 1, 2 }
                     from preview in Enum.GetValues<PreviewState>()
                     from nights in new[] { 2, 4 }
                     from awaited in new string[][] { [], ["casa"], Names }
                     select (waiting, copies, preview, nights, awaited)).ToList();
        using var db = Open();
        var went = 0;
        // Half of them are here: of the others none goes.
        var cases = Gen.OneOf(Cases, Cases.Select(c => c with
        {
            Frame = c.Frame with { Cid = Cid, ReleasingAt = null, ReleasedAt = null, FileLostAt = null, DiscardedAt = null },
        }));
        Prop.ForAll(cases.ToArbitrary(), world => World(db, world, (frame, _, _) =>
        {
            db.Execute("UPDATE proofs SET failure_domain = destination");
            var proofs = world.Proofs.Select(p => p with { FailureDomain = p.Destination }).ToList();
            return rules.TrueForAll(r =>
            {
                db.Execute("UPDATE captures SET preview = @preview, saved_at = @saved",
                    new { preview = r.preview.ToString(), saved = Text(Now.AddDays(-3)) });
                var goes = ReleasePolicy.Decide(frame with { Preview = r.preview, SavedAt = Now.AddDays(-3) }, proofs,
                    new(r.waiting, r.copies, r.nights, world.CountThisMachine), new(Now, null, false, world.Known, r.awaited)).Hold is null;
                went += goes ? 1 : 0;
                return goes == db.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 FROM captures c WHERE {ReleasePolicy.MayGoSql})", new
                {
                    now = Text(Now),
                    countThisMachine = world.CountThisMachine,
                    r.copies,
                    savedBefore = r.waiting == ReleaseWhen.Space ? Text(Now.AddDays(-r.nights)) : null,
                    r.awaited,
                });
            });
        })).MustHold(tests: 300);
        Assert.NotEqual(0, went);
    }

    /// <summary>
    /// Found by its destination and expiry, a frame's proof is looked for among all that the destination gave: minutes for 60,000 frames.
    /// </summary>
    [Fact]
    public void The_proofs_of_a_frame_are_looked_for_among_its_own()
    {
        using var db = Open();
        var missing = $"""
            NOT EXISTS (SELECT 1 FROM proofs p WHERE p.subject = c.id AND p.destination = @destination AND p.cid = c.cid
                        AND {CopyRule.IsInForce} AND {CopyRule.IsOfToday})
            """;
        foreach (var asked in new[] { missing, ReleasePolicy.MayGoSql, FrameRule.StateSql })
        {
            var ways = db.Query<(int, int, int, string Way)>(
                $"EXPLAIN QUERY PLAN SELECT c.id FROM captures c WHERE {asked}", new
                {
                    destination = "casa",
                    now = Text(Now),
                    countThisMachine = false,
                    copies = 1,
                    savedBefore = Text(Now),
                    awaited = Names,
                }).Select(row => row.Way).Where(way => way.Contains(" p ", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(ways);
            Assert.All(ways, way => Assert.Contains("proofs_subject", way));
        }
    }

    private static Dictionary<string, Clause<T>> Clauses<T>(Type rule) => rule.GetProperties()
        .Where(p => p.PropertyType == typeof(Clause<T>)).ToDictionary(p => p.Name, p => (Clause<T>)p.GetValue(null)!);

    /// <summary>A frame with what is known of it and of the destinations.</summary>
    private sealed record Case(
        CaptureRecord Frame, IReadOnlyList<CustodyProof> Proofs, IReadOnlyList<DestinationRecord> Known, bool Sent, DateTimeOffset? Newest,
        bool CountThisMachine);

    private static Gen<DateTimeOffset> Moments => Gen.Choose(-2, 2).Select(hours => Now.AddHours(hours));

    private static Gen<Case> Cases =>
        from id in Gen.Constant(CaptureId.New(TimeProvider.System))
        from cid in Gen.Elements(Cid, null)
        from kind in Gen.Elements(CaptureKind.Frame, CaptureKind.Sidecar)
        from released in Gen.Elements(true, false)
        from lost in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from discarded in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        from proofs in Proofs(id).ListOf()
        from altermundi in Destinations("altermundi")
        from casa in Destinations("casa")
        from sent in Gen.Elements(true, false)
        from newest in Gen.OneOf(Moments.Select(m => (DateTimeOffset?)m), Gen.Constant((DateTimeOffset?)null))
        from demo in Gen.Elements(true, false)
        select new Case(
            TestCatalogue.Capture() with
            {
                Id = id,
                Cid = cid,
                Kind = kind,
                ReleasingAt = released ? Now : null,
                ReleasedAt = released ? Now : null,
                FileLostAt = lost ? Now : null,
                DiscardedAt = discarded ? Now : null,
            },
            proofs.Take(4).ToList(), [altermundi, casa], sent, newest, demo);

    private static Gen<CustodyProof> Proofs(CaptureId frame) =>
        from subject in Gen.Frequency((6, Gen.Constant(frame.ToString())), (1, Gen.Constant("another")))
        from kind in Gen.Frequency((6, Gen.Constant(SubjectKind.Capture)), (1, Gen.Constant(SubjectKind.Session)))
        from cid in Gen.Frequency((6, Gen.Constant(Cid)), (1, Gen.Constant("bafkother")))
        from name in Gen.Elements(Names)
        from place in Gen.Elements(name, name, "elsewhere", null)
        from here in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from proven in Moments
        from expires in Moments
        select TestCatalogue.Proof(TestCatalogue.Capture(), name) with
        {
            Id = Guid.NewGuid().ToString(),
            Subject = subject,
            SubjectKind = kind,
            Cid = cid,
            Place = place,
            OnThisMachine = here,
            ProvenAt = proven,
            ExpiresAt = expires,
        };

    private static Gen<DestinationRecord> Destinations(string name) =>
        from place in Gen.Elements(name, name, "elsewhere", null)
        from configured in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from drains in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from doubted in Gen.OneOf(Moments.Select(m => (DateTimeOffset?)m), Gen.Constant((DateTimeOffset?)null))
        select new DestinationRecord { Name = name, Place = place, Configured = configured, Drains = drains, DoubtedAt = doubted };

    private SqliteConnection Open()
    {
        var db = new SqliteConnection($"Data Source={Path.Combine(_test.Folder, "catalogue.db")};Pooling=False");
        db.Open();
        db.Execute("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF");
        return db;
    }

    private static object Parameters(Case world) => new { now = Text(Now), countThisMachine = world.CountThisMachine };

    /// <summary>Holds a check against the very rows, and takes them back.</summary>
    private static bool World(SqliteConnection db, Case world, Func<CaptureRecord, IReadOnlyList<Copy>, FrameInHand, bool> check)
    {
        using var all = db.BeginTransaction();
        db.Execute("DELETE FROM proofs; DELETE FROM pins; DELETE FROM captures; DELETE FROM destinations; DELETE FROM node");
        var f = world.Frame;
        db.Execute("""
            INSERT INTO captures (id, session, number, kind, file_name, path, size_bytes, modified_ns, inode, sha256, format, source, taken_at,
                saved_at, clock_trusted, cid, releasing_at, released_at, file_lost_at, discarded_at)
            VALUES (@id, 'night', 1, @kind, 'f', 'p', 1, 1, 1, 'a', 'fits', 's', '', '', 1, @cid, @released, @released, @lost, @discarded)
            """, new
        {
            id = f.Id.ToString(),
            kind = f.Kind.ToString(),
            cid = f.Cid,
            released = Text(f.ReleasedAt),
            lost = Text(f.FileLostAt),
            discarded = Text(f.DiscardedAt),
        });
        foreach (var p in world.Proofs)
        {
            db.Execute("""
                INSERT INTO proofs (id, subject_kind, subject, cid, destination, failure_domain, on_this_machine, method, bytes, digest, endpoint,
                    place, proven_at, expires_at)
                VALUES (@id, @kind, @subject, @cid, @destination, '', @here, 'ReadBack', 1, '', '', @place, @proven, @expires)
                """, new
            {
                id = p.Id,
                kind = p.SubjectKind.ToString(),
                subject = p.Subject,
                cid = p.Cid,
                destination = p.Destination,
                here = p.OnThisMachine,
                place = p.Place,
                proven = Text(p.ProvenAt),
                expires = Text(p.ExpiresAt),
            });
        }

        foreach (var d in world.Known)
        {
            db.Execute("""
                INSERT INTO destinations (name, kind, failure_domain, place, configured, drains, doubted_at)
                VALUES (@Name, 'wanda', '', @Place, @Configured, @Drains, @doubted)
                """, new { d.Name, d.Place, d.Configured, d.Drains, doubted = Text(d.DoubtedAt) });
        }

        if (world.Sent)
            db.Execute("INSERT INTO pins (destination, subject, cid, pushed_at) VALUES ('casa', @id, '', '')", new { id = $"{f.Id}" });
        if (world.Newest is { } newest)
            db.Execute("INSERT INTO node (key, value) VALUES ('newest_time', @newest)", new { newest = Text(newest) });

        var copies = world.Proofs.Select(
            p => new Copy(p, f, world.Known.FirstOrDefault(d => d.Name == p.Destination), Now, world.CountThisMachine)).ToList();
        return check(f, copies, new FrameInHand(f, copies, world.Sent, world.Newest));
    }

    private static string? Text(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
