using System.Text;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;

namespace Wanda.CaptureProducer.Tests.Imports;

/// <summary>An import of twenty thousand frames lets tonight's through. No time is measured, but who comes before whom.</summary>
public sealed class LongImportTests : ImportNode
{
    private const int Old = 20_000;

    // An import asks again for its turn after so many at the most, a second later; the watch looks once a second. This is ten such seconds,
    // for a machine that is busy: of twenty thousand.
    private const int MostBefore = 200;

    [Fact]
    public async Task A_frame_of_tonight_is_taken_between_twenty_thousand_old_ones_and_they_wait_then()
    {
        for (var i = 0; i < Old; i++)
            await File.WriteAllBytesAsync(Path.Combine(Disk.FullName, $"old{i:00000}.jpg"), Bytes(i));
        var import = await AskAsync();
        await Eventually.HoldsAsync(async () => (await FindAsync(import)).Taken > 0, "the import to take the first ones");

        for (var n = 1; n <= 2; n++)
        {
            var tonight = $"tonight-{n}.jpg";
            var apart = Path.Combine(Path.GetDirectoryName(Watched)!, tonight);
            await File.WriteAllBytesAsync(apart, Bytes(Old + n));
            var before = await NamesAsync();
            File.Move(apart, Path.Combine(Watched, tonight));
            await Eventually.HoldsAsync(async () => (await NamesAsync()).Contains(tonight), "tonight's frame to be taken");
            await WaitsAsync(import, ImportWait.Others);

            var names = await NamesAsync();
            var at = names.IndexOf(tonight);
            Assert.InRange(at - before.Count, 0, MostBefore);
            // The one that it was at: whatever comes after waits until nothing of tonight came for a while.
            Assert.InRange(names.Count - at - 1, 0, 1);
            Assert.True((await FindAsync(import)).Found == Old);
            Time.Advance(TimeSpan.FromSeconds(6));
            await Eventually.HoldsAsync(async () => (await NamesAsync()).Count > names.Count + 1, "the import to go on");
        }
    }

    /// <summary>What is taken, in its order.</summary>
    private async Task<List<string>> NamesAsync() =>
        [.. (await Catalogue.Captures.NewestAsync(1000, default)).Reverse().Select(capture => capture.FileName)];

    private static byte[] Bytes(int n) => [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, .. Encoding.ASCII.GetBytes($"{n}"), 0xff, 0xd9];
}
