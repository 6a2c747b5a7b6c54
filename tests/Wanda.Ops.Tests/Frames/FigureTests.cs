using Wanda.Custody;

namespace Wanda.Ops.Tests.Frames;

/// <summary>What was learnt of a frame while its preview was made is on its page.</summary>
public sealed class FigureTests
{
    [Fact]
    public async Task The_page_tells_what_was_measured_and_what_is_wrong_with_the_picture()
    {
        await using var console = await TestConsole.StartAsync();
        var frame = await console.Node.SaveAsync();
        await console.Node.Catalogue.Ledger.ApplyAsync(
            new Fact.Previewed(frame.Id, null, "the JPEG is damaged: it ends early.", new(4144, 2822, 1012, 10, 310, 65504, 0.00123)),
            default);
        var html = System.Net.WebUtility.HtmlDecode(await console.Client.GetStringAsync($"/frames/{frame.Id}"));
        foreach (var words in new[]
        {
            "The preview shows less than it should: the JPEG is damaged: it ends early.", "<dt>Pixels</dt><dd>4144 x 2822</dd>",
            "<dt>Background</dt><dd>1,012 (noise 14.8)</dd>", "<dt>Samples</dt><dd>310 to 65,504</dd>",
            "<dt>Saturated</dt><dd>0.123 %</dd>",
        })
        {
            Assert.Contains(words, html);
        }

        Assert.Contains("\"median\":1012", await console.Client.GetStringAsync($"/api/frames/{frame.Id}"));
    }

    [Theory]
    [InlineData(0.25, 0.01, 0, 1, null, "0.25 (noise 0.0148)", "0 to 1", null)]
    [InlineData(0, 0, 0, 0, 0d, "0 (noise 0)", "0 to 0", "0 %")]
    [InlineData(812.55, 2, -3.5, 4e9, 0.00001, "812.6 (noise 2.9652)", "-3.5 to 4e+9", "less than 0.01 %")]
    [InlineData(40_000, 100, 2, 65535, 0.5, "40,000 (noise 148.3)", "2 to 65,535", "50 %")]
    public void Figures_are_as_long_as_they_say_something(
        double median, double mad, double low, double high, double? saturated, string background, string samples, string? part)
    {
        var words = FigureWords.Of(new FrameFigures(10, 20, median, mad, low, high, saturated)).ToDictionary(w => w.Name, w => w.Value);
        Assert.Equal(("10 x 20", background, samples, part),
            (words["pixels"], words["background"], words["samples"], words.GetValueOrDefault("saturated")));
    }

    [Fact]
    public async Task A_figure_that_cannot_be_read_hides_no_frame()
    {
        await using var node = await TestNode.CreateAsync();
        var frame = await node.SaveAsync();
        await node.Catalogue.Ledger.ApplyAsync(new Fact.Previewed(frame.Id, null, null, new FrameFigures(1, 1, 1, 1, 1, 1, null)), default);
        await using (var db = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={node.Data.Catalogue};Pooling=False"))
        {
            await db.OpenAsync();
            await using var command = db.CreateCommand();
            command.CommandText = "UPDATE captures SET figures = '{\"width\": \"wide\"'";
            await command.ExecuteNonQueryAsync();
        }

        Assert.Null((await node.Get<CaptureDetailQuery>().FindAsync(frame.Id.ToString(), default)).Figures);
    }
}
