using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload;

/// <summary>Law 2: copies are counted by the machines that they are on, and two servers on one other machine are one copy.</summary>
public sealed class OneMachineTests : IAsyncLifetime
{
    private static readonly Guid There = Guid.NewGuid();
    private RealServer _server = null!;
    private FaultProxy _first = null!;
    private FaultProxy _second = null!;
    private TestNode _node = null!;
    private Guid _secondOn = There;

    public async Task InitializeAsync()
    {
        _server = await RealServer.StartAsync();
        _first = await FaultProxy.StartAsync(_server.Address);
        _second = await FaultProxy.StartAsync(_server.Address);
        _first.Fault = context => AnswerAsync(context, There);
        _second.Fault = context => AnswerAsync(context, _secondOn);
        _node = TestNode.Create(_first.Address, _server.Token, o => o with
        {
            IsDemo = false,
            Destinations =
            [
                o.Destinations[0], o.Destinations[0] with { Name = "backup", Url = _second.Address.ToString(), FailureDomain = "b" },
            ],
            Release = o.Release with { Copies = 2 },
        });
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Two_copies_are_on_two_machines(bool same, int domains)
    {
        if (!same)
            _secondOn = Guid.NewGuid();
        await _node.StartAsync();
        var frame = await _node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Eventually.HoldsAsync(async () => (await _node.ProofsAsync(frame)).Count == 2, "both to prove it", _node.StateAsync);
        if (!same)
            await _node.UntilReleasedAsync(frame);
        await _node.UntilQuietAsync();

        var proofs = await _node.ProofsAsync(frame);
        Assert.All(proofs, p => Assert.False(p.OnThisMachine));
        Assert.Equal(domains, proofs.DistinctBy(p => p.FailureDomain).Count());
        Assert.Equal(!same, await _node.IsReleasedAsync(frame));
        if (same)
            Assert.Contains("1 of 2 failure domains", await _node.WhyHereAsync(frame));
    }

    /// <summary>The true answer but for the machine: as a server on another kernel gives it.</summary>
    private async Task<bool> AnswerAsync(HttpContext context, Guid kernel)
    {
        if (context.Request.Path != "/v0/possession")
            return false;
        var question = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        var nonce = question.GetProperty("nonce").GetBytesFromBase64();
        var blocks = question.GetProperty("blocks").EnumerateArray().Select(b => Cid.Parse(b.GetString()!)).ToList();
        await context.Response.WriteAsJsonAsync(new
        {
            digest = await PossessionDigest.ComputeAsync(_node.Get<IIpfsNode>(), nonce, blocks),
            pinned = true,
            bytes = 3000,
            flushes = "yes",
            machine = MachineDigest.Compute(nonce, kernel),
        });
        return true;
    }
}
