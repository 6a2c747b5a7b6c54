using System.Text.RegularExpressions;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops.Tests.App;

/// <summary>The table of meanings in docs/wanda-app.md, row by row, against a node whose frames are so.</summary>
public sealed partial class MeaningTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.CreateAsync(o => o with
    {
        Release = o.Release with { Copies = 2 },
        Destinations = [.. new[] { "a", "b", "c", "here" }.Select(n => new DestinationOptions
        {
            Name = n, Url = $"https://{n}.example.org", Token = "t", FailureDomain = n == "c" ? "a" : n,
        })],
    });

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task Each_row_is_what_is_answered()
    {
        var rows = Row().Matches(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "wanda-app.md"))).ToList();
        Assert.Equal(10, rows.Count);
        foreach (var row in rows)
        {
            var frame = await FrameAsync(row.Groups["state"].Value);
            var (capture, custody) = (await _node.Catalogue.Reports.FrameAsync(frame.Id, countThisMachine: false, default))!;
            var copies = CaptureCopies.Of(new(capture, custody), _node.Options.Release.Copies);
            Assert.Equal(row.Value.Trim(),
                $"| {row.Groups["state"].Value} | {(copies.Pinned ? "true" : "false")} | {(copies.Synced ? "true" : "false")} | "
                    + $"{copies.Replicas} | {copies.Status.ToString().ToLowerInvariant()} |");
        }
    }

    private async Task<CaptureRecord> FrameAsync(string state)
    {
        var frame = await _node.SaveAsync();
        if (state != "was just saved")
            await _node.AddCidAsync(frame);
        switch (state)
        {
            case "was just saved" or "has its CID":
                break;
            case "is sent and not proven":
                await _node.Catalogue.Ledger.ApplyAsync(new Fact.Pushed(new RemotePin
                {
                    Destination = "a",
                    Subject = frame.Id.ToString(),
                    Cid = TestNode.Cid,
                    PushedAt = TimeProvider.System.GetUtcNow(),
                }), default);
                break;
            case "is proven once":
                await ProveAsync("a");
                break;
            case "is proven twice in one domain":
                await ProveAsync("a");
                await ProveAsync("c");
                break;
            case "is proven on this machine only":
                await _node.ProveAsync(frame, "here", here: true);
                break;
            case "is proven in two domains":
                await ProveAsync("a");
                await ProveAsync("b");
                break;
            case "is proven in two domains and let go here":
                await ProveAsync("a");
                await ProveAsync("b");
                await _node.ReleaseAsync(frame);
                break;
            case "failed on its way":
                await _node.Catalogue.Events.FailedAsync(frame.Id.ToString(), "the line broke", default);
                break;
            case "is lost":
                await _node.ReleaseAsync(frame);
                break;
            default:
                throw new InvalidOperationException($"'{state}' is not tried here.");
        }

        return frame;

        Task ProveAsync(string destination) => _node.ProveAsync(frame, destination, domain: destination == "c" ? "a" : destination);
    }

    private static string RepositoryRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Pipeline.sln")))
            at = Path.GetDirectoryName(at)!;
        return at;
    }

    [GeneratedRegex(@"^\| (?<state>[a-zA-Z ]+) \| (true|false) \| (true|false) \| \d \| \w+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
