using Microsoft.Data.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations.Copies;
using Wanda.Hosting;
using Machine = Wanda.Custody.Machine;

namespace Wanda.Destinations.Tests.Proof;

/// <summary>Whether a destination's proofs count as of this machine: what was found, the operator's word, and how it was before.</summary>
public sealed class MachineJudgeTests : IAsyncLifetime
{
    private const string Name = "nas";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-judge-");
    private readonly JumpingTime _time = new();
    private Catalogue _catalogue = null!;

    private string File => Path.Combine(_folder.FullName, "catalogue.db");

    public async Task InitializeAsync()
    {
        _catalogue = await Catalogue.OpenAsync(File, _time, default);
        await RegisterAsync("/mnt/nas");
    }

    public async Task DisposeAsync()
    {
        await _catalogue.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    // What the machine tells goes before an operator's "another one" ...
    [InlineData(Machine.This, null, null, true)]
    [InlineData(Machine.This, false, false, true)]
    [InlineData(Machine.Other, null, null, false)]
    [InlineData(Machine.Other, false, true, false)]
    // ... and his "this one" before whatever it tells: a virtual machine's kernel is not this one's, and its disk is.
    [InlineData(Machine.Other, true, false, true)]
    [InlineData(Machine.Unknown, true, false, true)]
    [InlineData(Machine.Unknown, false, true, false)]
    // Where nobody says, one from before counts by its address, as it did, and a new one as this machine.
    [InlineData(Machine.Unknown, null, false, false)]
    [InlineData(Machine.Unknown, null, true, true)]
    [InlineData(Machine.Unknown, null, null, true)]
    public async Task It_counts_as_this_machine(Machine found, bool? word, bool? addressBefore, bool here)
    {
        if (addressBefore is not null)
            Execute("UPDATE destinations SET judged_by_address = 1");
        if (word is { } said)
            await _catalogue.Destinations.AnsweredAsync(Name, said, default);

        Assert.Equal(here, await JudgeAsync(new MachineJudgement(found, "was tried"), addressBefore ?? false));

        var known = (await _catalogue.Destinations.FindAsync(Name, default))!;
        Assert.Equal((found, "was tried", here), (known.Machine!.Value, known.MachineHow, known.MachineHere!.Value));
    }

    [Fact]
    public async Task A_word_that_is_taken_out_of_the_configuration_stays_on_record_and_a_new_one_is_an_event()
    {
        await _catalogue.Destinations.AnsweredAsync(Name, false, default);
        await _catalogue.Destinations.AnsweredAsync(Name, false, default);
        await RegisterAsync("/mnt/nas");

        Assert.False(await JudgeAsync(new MachineJudgement(Machine.Unknown, "x"), false));

        await _catalogue.Destinations.AnsweredAsync(Name, true, default);
        Assert.True((await _catalogue.Destinations.FindAsync(Name, default))!.MachineHere);
        var words = (await _catalogue.Events.OfAsync(Name, 20, default)).Where(e => e.Detail.Contains("the operator says")).ToList();
        Assert.Equal([true, false], words.Select(e => e.Detail.Contains("another machine")));
    }

    [Fact]
    public async Task Another_place_under_the_name_is_judged_anew_and_nothing_of_the_old_one_is_believed()
    {
        Execute("UPDATE destinations SET judged_by_address = 1");
        await _catalogue.Destinations.AnsweredAsync(Name, false, default);

        await RegisterAsync("/mnt/other");

        Assert.True(await JudgeAsync(new MachineJudgement(Machine.Unknown, "x"), byAddress: false));
    }

    [Fact]
    public async Task One_that_is_renamed_takes_the_word_along()
    {
        await _catalogue.Destinations.AnsweredAsync(Name, false, default);
        await _catalogue.Destinations.RegisterAsync([Configured("shelf", "/mnt/nas")], default);

        Assert.False((await _catalogue.Destinations.FindAsync("shelf", default))!.SameMachine);
    }

    [Fact]
    public async Task Proofs_that_stand_follow_what_is_found_and_said()
    {
        await ProveAsync("a", here: true);
        await JudgeAsync(new MachineJudgement(Machine.Unknown, "x"), false);
        Assert.True(await IsHereAsync("a"));

        await _catalogue.Destinations.AnsweredAsync(Name, false, default);
        Assert.False(await IsHereAsync("a")); // at once, and not when it is renewed in weeks

        await JudgeAsync(new MachineJudgement(Machine.This, "y"), false);
        Assert.True(await IsHereAsync("a"));

        // Moved to another machine: whether the copies went along is asked of each.
        await JudgeAsync(new MachineJudgement(Machine.Other, "z"), false);
        Assert.Empty(await _catalogue.Custody.ProofsOfAsync("a", default));
    }

    [Fact]
    public async Task Two_on_one_other_machine_are_one_copy_whatever_they_are_called()
    {
        await _catalogue.Destinations.RegisterAsync(
            [Configured(Name, "/mnt/nas"), Configured("backup", "sftp://nas"), Configured("far", "https://far")], default);
        await ProveAsync("a", here: false);
        await _catalogue.Destinations.RunsOnAsync(Name, "11", default);
        await _catalogue.Destinations.RunsOnAsync("far", "22", default);
        Assert.Equal([Name], await DomainsAsync("a"));

        await _catalogue.Destinations.RunsOnAsync("backup", "11", default);
        await ProveAsync("b", here: false);

        Assert.Equal(["backup"], await DomainsAsync("a"));
        Assert.Equal(["backup"], await DomainsAsync("b"));
        // The other one is asked again later than this one, which started anew: they stay one.
        await _catalogue.Destinations.RunsOnAsync(Name, "33", default);
        await ProveAsync("c", here: false);
        Assert.Equal(["backup"], await DomainsAsync("c"));
        Assert.Null((await _catalogue.Destinations.FindAsync("far", default))!.MachineDomain);
    }

    private async Task<IEnumerable<string>> DomainsAsync(string subject) =>
        (await _catalogue.Custody.ProofsOfAsync(subject, default)).Select(p => p.FailureDomain);

    private Task<bool> JudgeAsync(MachineJudgement found, bool byAddress) => new MachineJudge(
        new DestinationOptions { Name = Name },
        new DestinationTools(new WandaOptions(), new NoBlocks(), new ReadBack(new OwnNodes(new NoBlocks(), []), _time), _time,
            Catalogue: _catalogue)).IsHereAsync(found, _ => Task.FromResult(byAddress), digest: null, default);

    private Task RegisterAsync(string place) => _catalogue.Destinations.RegisterAsync([Configured(Name, place)], default);

    private static ConfiguredDestination Configured(string name, string place) => new(name, "folder", name, place, _ => true);

    private Task ProveAsync(string subject, bool here) => _catalogue.Ledger.ApplyAsync(new Fact.Proven(new CustodyProof
    {
        Id = Guid.NewGuid().ToString(),
        SubjectKind = SubjectKind.Capture,
        Subject = subject,
        Cid = "bafy",
        Destination = Name,
        FailureDomain = Name,
        OnThisMachine = here,
        Method = ProofMethod.ReadBack,
        Bytes = 1,
        Digest = "00",
        Endpoint = "/mnt/nas",
        Place = "/mnt/nas",
        ProvenAt = _time.GetUtcNow(),
        ExpiresAt = _time.GetUtcNow().AddDays(30),
    }), default);

    private async Task<bool> IsHereAsync(string subject) =>
        Assert.Single(await _catalogue.Custody.ProofsOfAsync(subject, default)).OnThisMachine;

    private void Execute(string sql)
    {
        using var db = new SqliteConnection($"Data Source={File};Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
