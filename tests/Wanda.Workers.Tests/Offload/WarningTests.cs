using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload;

/// <summary>What a pinning server says is going to end its service is on record here, for as long as it says so.</summary>
public sealed class WarningTests : NodeTest
{
    [Fact]
    public async Task A_server_that_warns_is_noted_until_it_warns_no_more()
    {
        string[] warnings = ["TOKEN_ENDS the token of dome-1 ends 2026-12-01 03:00 UTC", "QUOTA_LOW " + new string('9', 1000)];
        Proxy.Fault = context =>
        {
            context.Response.Headers["Wanda-Warning"] = warnings;
            return Task.FromResult(false);
        };
        var first = await Node.SaveAsync("a.fits", TestFrames.Noise(3000));
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(first), TimeSpan.FromSeconds(65), 5, "released");

        var warning = await WarningAsync();
        Assert.StartsWith("the token of dome-1 ends 2026-12-01 03:00 UTC; 999", warning, StringComparison.Ordinal);
        Assert.InRange(warning!.Length, 100, 300);

        Proxy.Heal();
        var second = await Node.SaveAsync("b.fits", TestFrames.Noise(3001));
        await Node.PassUntilAsync(() => Node.IsReleasedAsync(second), TimeSpan.FromSeconds(65), 5, "released");
        Assert.Null(await WarningAsync());
    }

    private async Task<string?> WarningAsync() => (await Node.Catalogue.Destinations.FindAsync(TestNode.Destination, default))!.Warning;
}
