using System.Net;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Upload;

/// <summary>Yes means on disk, also over a power cut: what the server has flushed when it begins to answer.</summary>
[Trait("Rerun", "Never")]
public sealed class DurableYesTests : IAsyncLifetime
{
    private readonly SystemCalls _calls = new();
    private readonly ServerProcess _server;

    public DurableYesTests() => _server = new(watched: _calls);

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _calls.Dispose();
    }

    [Fact]
    public async Task Blocks_names_and_the_row_are_flushed_in_this_order_before_the_answer()
    {
        var frame = await Frame.MakeAsync(3_000_000);

        await _server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(HttpStatusCode.Created);

        var before = await _calls.BeforeAnswerAsync("201");
        string[] blocks = Directory.GetFiles(Path.Combine(_server.Folder, "blocks", "blocks"), "*", SearchOption.AllDirectories);
        Assert.Equal(frame.Blocks.Count, blocks.Length);
        int row = Last(before, "fdatasync", "/pins.db-wal>");
        foreach (string block in blocks)
        {
            int data = Last(before, "fsync", $"/{Path.GetFileName(block)}>");
            int name = Last(before, "rename", $"\"{block}\"");
            int folder = Last(before, "fsync", $"<{Path.GetDirectoryName(block)}>");
            int[] order = [data, name, folder, row];
            Assert.True(data >= 0 && order.SequenceEqual(order.Order()),
                $"{block}: data {data}, name {name}, folder {folder}, row {row} in\n{string.Join('\n', before)}");
        }

        Assert.InRange(Last(before, "fsync", $"<{Path.Combine(_server.Folder, "blocks", "blocks")}>"), 0, row);
    }

    [Fact]
    public async Task A_part_is_flushed_before_its_offset_and_that_before_the_answer()
    {
        byte[] car = await (await Frame.MakeAsync(3_000_000)).CarAsync();
        var upload = await _server.Client.BeginAsync(car.Length);

        using var part = await _server.Client.AppendAsync(upload, 0, car.AsMemory(0, 1_000_000));

        Assert.Equal(1_000_000, part.Offset());
        var before = await _calls.BeforeAnswerAsync("204");
        int data = Last(before, "fsync", $"/uploads/{Path.GetFileName(upload.AbsolutePath)}.car>");
        Assert.InRange(data, 0, Last(before, "fdatasync", "/pins.db-wal>"));
        Assert.InRange(Last(before, "fsync", "/uploads>"), 0, data); // Its name, at the creation.
    }

    private static int Last(IReadOnlyList<string> calls, string call, string file) => calls.ToList().FindLastIndex(
        c => c.StartsWith(call, StringComparison.Ordinal) && c.Contains(file, StringComparison.Ordinal));
}
