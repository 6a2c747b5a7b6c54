using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Workers.Tests.Support;
using Machine = Wanda.Custody.Machine;

namespace Wanda.Workers.Tests.Offload;

/// <summary>
/// Law 2: a copy on this machine fails with it, and the machine tells which it is. The server here is a real one on this machine; a proxy
/// makes it one on another, or one that does not tell.
/// </summary>
public sealed class MachineTests : NodeTest
{
    protected override WandaOptions Configure(WandaOptions options) => options with { IsDemo = false };

    [Fact]
    public async Task A_server_on_this_machine_opens_no_door()
    {
        var frame = await ProvenAsync("a.fits");

        Assert.True(Assert.Single(await Node.ProofsAsync(frame)).OnThisMachine);
        Assert.Equal((Machine.This, "runs on this machine's kernel", true), await FoundAsync());
        await AssertKeptAsync(frame);
    }

    [Fact]
    public async Task One_at_an_address_of_this_machine_that_runs_on_another_does()
    {
        Tells(Convert.ToBase64String(new byte[32])); // as through a tunnel: another kernel's digest

        await Node.UntilReleasedAsync(await Node.SaveAsync("a.fits", TestFrames.Noise(3000)));

        Assert.Equal((Machine.Other, "runs on another machine's kernel", false), await FoundAsync());
    }

    [Theory]
    [InlineData(null)] // a server before 0.4
    [InlineData("AAAA")]
    [InlineData("not base64")]
    public async Task A_new_one_that_does_not_tell_opens_none_until_the_operator_says(string? told)
    {
        Tells(told);
        var frame = await ProvenAsync("a.fits");
        await AssertKeptAsync(frame);
        Assert.Equal(Machine.Unknown, (await FoundAsync()).Machine);

        await Node.RestartAsync(Says(false));
        await Node.UntilReleasedAsync(frame);

        await Node.RestartAsync(Says(true));
        await AssertKeptAsync(await ProvenAsync("b.fits", 2));
    }

    [Fact]
    public async Task A_word_that_it_is_another_is_not_believed_of_one_that_tells_that_it_is_this()
    {
        await Node.RestartAsync(Says(false));
        await AssertKeptAsync(await ProvenAsync("a.fits"));
    }

    [Fact]
    public async Task One_from_before_that_does_not_tell_counts_by_its_address_as_it_did()
    {
        Tells(null);
        await Node.StopAsync();
        Execute("UPDATE destinations SET judged_by_address = 1");
        await Node.StartAsync();

        await AssertKeptAsync(await ProvenAsync("a.fits")); // on loopback, as 0.2 judged it

        Assert.Equal((Machine.Unknown, true), ((await FoundAsync()).Machine, (await FoundAsync()).Here));
    }

    private static Func<WandaOptions, WandaOptions> Says(bool sameMachine) => o => o with
    {
        Destinations = [.. o.Destinations.Select(d => d with { SameMachine = sameMachine })],
    };

    private async Task<(Machine? Machine, string? How, bool? Here)> FoundAsync()
    {
        var known = (await Node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!;
        return (known.Machine, known.MachineHow, known.MachineHere);
    }

    private async Task<CaptureRecord> ProvenAsync(string name, int seed = 1)
    {
        var frame = await Node.SaveAsync(name, TestFrames.Noise(3000, seed));
        await Node.UntilProvenAsync(frame);
        return frame;
    }

    private async Task AssertKeptAsync(CaptureRecord frame)
    {
        await Node.UntilQuietAsync();
        Assert.Null((await Node.FrameAsync(frame)).ReleasingAt);
    }

    private void Tells(string? machine) => Proxy.Answer = (path, body) =>
    {
        if (path != "/v0/possession")
            return body;
        var answer = JsonNode.Parse(body)!.AsObject();
        answer.Remove("machine");
        if (machine is not null)
            answer["machine"] = machine;
        return answer.ToJsonString();
    };

    private void Execute(string sql)
    {
        using var db = new SqliteConnection($"Data Source={Path.Combine(Node.Data, "catalogue.db")};Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
