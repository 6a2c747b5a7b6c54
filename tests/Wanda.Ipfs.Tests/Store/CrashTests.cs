using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Store;

[Trait("Rerun", "Never")]
public sealed class CrashTests : IDisposable
{
    private const int Kills = 12;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whatever_was_acknowledged_survives_sigkill_at_any_moment()
    {
        var random = new Random(5);
        var promised = new HashSet<string>();
        int next = 1;
        for (int kill = 0; kill < Kills; kill++)
        {
            foreach (string line in await RunAndKillAsync(next, random.Next(1, 12), TimeSpan.FromMilliseconds(random.Next(30))))
            {
                if (line[0] == '-')
                {
                    promised.Remove(line[1..]);
                }
                else
                {
                    promised.Add(line);
                    next = Math.Max(next, int.Parse(line.Split('-')[1]) + 1);
                }
            }

            await using var store = await BlockStore.OpenAsync(Path.Combine(_folder.Path, "store"), TimeProvider.System);
            Assert.Single(Directory.GetDirectories(Path.Combine(store.Root, "staging"))); // Ours; what was killed is gone.
            var pins = (await store.PinsAsync()).GroupBy(p => p.Owner).ToDictionary(g => g.Key, g => g.Count());
            foreach (string owner in promised)
                Assert.Equal(owner.StartsWith("capture") ? 1 : CrashWriter.UploadBlocks, pins.GetValueOrDefault(owner));
            Assert.Empty((await store.VerifyAsync()).Findings);
            Assert.Empty(Directory.GetFiles(Path.Combine(store.Root, "quarantine")));
        }

        Assert.True(promised.Count > Kills);
        await using var last = await BlockStore.OpenAsync(Path.Combine(_folder.Path, "store"), TimeProvider.System);
        await last.CollectAsync();
        foreach (string owner in promised.Where(o => o.StartsWith("capture")))
        {
            byte[] content = TemporaryFolder.RandomBytes(int.Parse(owner.Split('-')[1]), CrashWriter.FileSize);
            Assert.Equal(content, await last.ReadFileAsync(Assert.Single(await last.PinsAsync(owner)).Cid));
        }
    }

    [Fact]
    public async Task Processes_share_one_store()
    {
        var random = new Random(6);
        var acknowledged = await Task.WhenAll(
            new[] { 1, 1001, 2001 }.Select(first => RunAndKillAsync(first, 12, TimeSpan.FromMilliseconds(random.Next(30)))));

        await using var store = await BlockStore.OpenAsync(Path.Combine(_folder.Path, "store"), TimeProvider.System);
        var owners = (await store.PinsAsync()).Select(p => p.Owner).ToHashSet();
        var lines = acknowledged.SelectMany(a => a).ToList();
        Assert.All(lines.Where(l => l[0] != '-' && !lines.Contains($"-{l}")), owner => Assert.Contains(owner, owners));
        Assert.Empty((await store.VerifyAsync()).Findings);
    }

    private Task<List<string>> RunAndKillAsync(int first, int lines, TimeSpan more) =>
        CrashWriter.RunAndKillAsync([_folder.Path, $"{first}"], lines, more);
}
