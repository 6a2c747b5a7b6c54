using Microsoft.Data.Sqlite;
using Wanda.Custody;
using Wanda.Hosting;
using Machine = Wanda.Custody.Machine;

namespace Wanda.Ops.Tests.Night;

/// <summary>What is asked of the operator where a machine does not tell, and what is said of the way there.</summary>
public sealed class DestinationNoticesTests
{
    private const string Name = "altermundi";

    [Theory]
    [InlineData(Machine.Unknown, true, false, Severity.NeedsYou, "its copies release nothing")]
    [InlineData(Machine.Unknown, false, true, Severity.Waiting, "it counts as another one, as before")]
    [InlineData(Machine.Unknown, true, true, Severity.Waiting, "it counts as this one, as before")]
    public async Task It_is_asked_once_and_what_holds_meanwhile_is_said(
        Machine found, bool here, bool before, Severity severity, string words)
    {
        await using var node = await TestNode.CreateAsync();
        if (before)
            Execute(node, "UPDATE destinations SET judged_by_address = 1");
        await node.Catalogue.Destinations.JudgedAsync(Name, new MachineJudgement(found, "is nas:/x by nfs4"), here, default);

        var notice = Assert.Single((await ReadAsync(node)).Notices);
        Assert.Equal(severity, notice.Severity);
        Assert.Contains(words, notice.Text);
        Assert.Contains("It is nas:/x by nfs4", notice.Text);
        Assert.Contains("\"sameMachine\"", notice.Text);

        await node.Catalogue.Destinations.AnsweredAsync(Name, false, default);
        Assert.Empty((await ReadAsync(node)).Notices);
    }

    [Fact]
    public async Task That_every_destination_is_on_this_machine_is_said_and_one_elsewhere_ends_it()
    {
        await using var node = await TestNode.CreateAsync(o => o with
        {
            Destinations =
            [
                o.Destinations[0], o.Destinations[0] with { Name = "far", Url = "https://far.example.org", FailureDomain = "far" },
            ],
        });
        var here = new MachineJudgement(Machine.This, "runs on this machine's kernel");
        await node.Catalogue.Destinations.JudgedAsync(Name, here, here: true, default);
        Assert.Empty((await ReadAsync(node)).Notices); // the other one was not looked at yet
        await node.Catalogue.Destinations.JudgedAsync("far", here, here: true, default);

        var notice = Assert.Single((await ReadAsync(node)).Notices);
        Assert.Equal(Severity.NeedsYou, notice.Severity);
        Assert.StartsWith("No destination is on another machine, so no frame is ever released", notice.Text);

        await node.Catalogue.Destinations.JudgedAsync("far", here with { Machine = Machine.Other }, here: false, default);
        Assert.Empty((await ReadAsync(node)).Notices);
    }

    [Theory]
    [InlineData(Machine.This, true)]
    [InlineData(Machine.Other, false)]
    public async Task What_the_machine_tells_is_shown_and_not_asked(Machine found, bool here)
    {
        await using var node = await TestNode.CreateAsync();
        Assert.Null(Assert.Single(await node.Get<DestinationQuery>().ListAsync(default)).Machine);

        await node.Catalogue.Destinations.JudgedAsync(Name, new MachineJudgement(found, "runs on a kernel"), here, default);

        Assert.DoesNotContain((await ReadAsync(node)).Notices, n => n.Text.Contains("sameMachine", StringComparison.Ordinal));
        Assert.Equal($"{(here ? "this" : "another")} machine: it runs on a kernel",
            Assert.Single(await node.Get<DestinationQuery>().ListAsync(default)).Machine);
    }

    [Fact]
    public async Task A_word_against_what_the_machine_tells_is_not_believed_and_that_is_said()
    {
        await using var node = await TestNode.CreateAsync(o => o with { Destinations = [o.Destinations[0] with { SameMachine = false }] });
        await node.Catalogue.Destinations.JudgedAsync(
            Name, new MachineJudgement(Machine.This, "runs on this machine's kernel"), here: true, default);

        var notice = (await ReadAsync(node)).Notices[0];

        Assert.Equal(Severity.NeedsYou, notice.Severity);
        Assert.Contains("whatever \"sameMachine\" says", notice.Text);
    }

    [Theory]
    [InlineData("http://192.168.1.7:8090", "token", true)]
    [InlineData("http://pin.example.org", "token", true)]
    [InlineData("https://pin.example.org", "token", false)]
    [InlineData("http://127.0.0.1:8090", "token", false)]
    [InlineData("http://localhost:8090", "token", false)]
    [InlineData("http://[::1]:8090", "token", false)]
    public async Task A_token_that_goes_over_the_line_in_clear_is_said(string url, string token, bool said)
    {
        await using var node = await TestNode.CreateAsync(
            o => o with { Destinations = [o.Destinations[0] with { Url = url, Token = token }] });

        var notices = (await ReadAsync(node)).Notices;

        Assert.Equal(said ? 1 : 0, notices.Count(n => n.Text.Contains("unencrypted", StringComparison.Ordinal)));
        Assert.DoesNotContain(notices, n => n.Text.Contains($"\"{token}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_may_go_in_clear_is_not_said()
    {
        await using var node = await TestNode.CreateAsync(o => o with
        {
            Destinations = [o.Destinations[0] with { Url = "http://192.168.1.7:8090", SendTokenUnencrypted = true }],
        });
        Assert.DoesNotContain((await ReadAsync(node)).Notices, n => n.Text.Contains("unencrypted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://gateway.example.org", "key", "http://gateway.example.org")]
    [InlineData("http://gateway.example.org", null, null)] // nothing secret goes there
    [InlineData("https://gateway.example.org", "key", null)]
    public void So_is_a_gateways(string gateway, string? key, string? said) => Assert.Equal(said, new DestinationOptions
    {
        Name = "p",
        Kind = "pinata",
        Token = "jwt",
        Gateway = gateway,
        GatewayToken = key,
    }.InClear);

    private static Task<NightSummary> ReadAsync(TestNode node) => node.Get<NightQuery>().ReadAsync(default);

    private static void Execute(TestNode node, string sql)
    {
        using var db = new SqliteConnection($"Data Source={node.Data.Catalogue};Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
