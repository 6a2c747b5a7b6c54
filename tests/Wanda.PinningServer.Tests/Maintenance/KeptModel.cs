using System.Net;
using System.Text.Json.Nodes;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Maintenance;

/// <summary>
/// A server beside a model of what it has promised. Steps are numbers: any sequence of them is a history, so that a failing one can be made
/// shorter.
/// </summary>
internal sealed class KeptModel : IAsyncDisposable
{
    private const int LeafCount = 6;
    private static readonly string[] Tenants = [TestServer.Dome, TestServer.Hill];
    private static readonly string[] Stores = ["pins.db", "blocks/index.sqlite"];

    private readonly TestServer _server;
    private readonly string _backups = Directory.CreateTempSubdirectory("wanda-model-").FullName;
    private readonly List<(Block Block, HashSet<Cid> Below)> _blocks = [];
    private readonly Dictionary<Cid, Block> _byCid = [];
    private readonly List<Promise> _promises = [];
    private readonly List<string> _history = [];

    private KeptModel(TestServer server) => _server = server;

    /// <summary>A pin that a tenant was told to have.</summary>
    private sealed record Promise(string Tenant, string Id, HashSet<Cid> Covered)
    {
        public bool Ended { get; set; }

        /// <summary>The pin that takes its place once that is here.</summary>
        public string? Next { get; set; }
    }

    public string History => string.Join("; ", _history);

    public static async Task<KeptModel> StartAsync(TimeSpan keep, Random random)
    {
        var model = new KeptModel(await TestServer.StartAsync(
            o => o with { MaintainEvery = TimeSpan.FromSeconds(1), InspectEvery = TimeSpan.FromSeconds(1), KeepUnpinned = keep }));
        model.MakeBlocks(random);
        return model;
    }

    /// <summary>Does what a number stands for.</summary>
    public Task StepAsync(int step)
    {
        var random = new Random(step);
        return random.Next(16) switch
        {
            <= 4 => UploadAsync(random, directory: false),
            5 or 6 => UploadAsync(random, directory: true),
            7 => WantAsync(random),
            8 => ReplaceAsync(random),
            9 or 10 => EndAsync(random),
            11 => RestartAsync("restart", () => { }),
            12 => BackUpAsync(random),
            13 => PutBackAsync(random),
            14 => LoseAsync(random),
            _ => _server.CollectedAsync(),
        };
    }

    /// <summary>Everything that stands is here, and its node sees it.</summary>
    public async Task MustHoldAsync()
    {
        await _server.CollectedAsync();
        foreach (var promise in _promises.Where(p => !p.Ended))
        {
            using var client = _server.ClientOf(promise.Tenant);
            foreach (var cid in promise.Covered)
                Assert.True(await client.HasAsync(cid), $"{cid} of pin {promise.Id} is gone. {History}");
            var pin = await client.GetAsync($"/v0/pins/{promise.Id}").JsonAsync();
            Assert.Equal(promise.Covered.Count, (int)pin["blocks"]!);
        }

        foreach (var replaced in _promises.Where(p => p.Next is not null))
        {
            // What is replaced stays until the next one is here: first the blocks, then whether it still is not.
            using var client = _server.ClientOf(replaced.Tenant);
            var gone = new List<Cid>();
            foreach (var cid in replaced.Covered)
            {
                if (!await client.HasAsync(cid))
                    gone.Add(cid);
            }

            using var next = await client.GetAsync($"/psa/pins/{replaced.Next}");
            if (gone.Count > 0 && next.IsSuccessStatusCode)
                Assert.Contains("\"pinned\"", await next.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Once everybody has ended all that is listed for him, nothing is left.</summary>
    public async Task EndAllAsync()
    {
        foreach (string tenant in Tenants)
        {
            using var client = _server.ClientOf(tenant);
            foreach (string id in await IdsAsync(client))
                (await client.DeleteAsync($"/v0/pins/{id}")).Dispose();
        }

        await _server.StopAsync();
        _server.Change = o => o with { MaintainEvery = TimeSpan.FromSeconds(1), KeepUnpinned = TimeSpan.Zero };
        await _server.StartAgainAsync();
        await _server.CollectedAsync();
        Assert.True(_server.Blocks().Length == 0, $"{_server.Blocks().Length} blocks are left. {History}");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_backups, recursive: true);
    }

    private static async Task<List<string>> IdsAsync(HttpClient client)
    {
        var ids = (await client.PinsAsync("limit=1000")).Select(p => (string)p!["pinId"]!).ToList();
        var queued = await client.GetAsync("/psa/pins?status=queued,pinned&limit=1000").JsonAsync();
        ids.AddRange(queued["results"]!.AsArray().Select(p => (string)p!["requestid"]!));
        ids.AddRange((await client.PinsAsync("state=broken&limit=1000")).Select(p => (string)p!["pinId"]!));
        return [.. ids.Distinct()];
    }

    // Few digests under many CIDs, so that histories meet: nodes over each other, under other codecs and hashes, and in the CID itself.
    private void MakeBlocks(Random random)
    {
        for (int i = 0; i < LeafCount; i++)
            Add(Dags.Raw($"leaf {i} of {random.Next()}"), []);
        for (int i = 0; i < 8; i++)
        {
            var below = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => _blocks[random.Next(_blocks.Count)]).ToList();
            var node = Dags.Node(below.Select(b => b.Block.Cid).Distinct());
            HashSet<Cid> reached = [.. below.SelectMany(b => b.Below)];
            Add(node, reached);
            switch (random.Next(5))
            {
                case 0:
                    Add(node.As(Codec.Raw), []);
                    break;
                case 1:
                    Add(node.As(Codec.Libp2pKey), []);
                    break;
                case 2:
                    Add(node.AsSha512(), reached);
                    break;
                case 3 when node.Data.Length <= Multihash.MaxIdentityBytes:
                    Add(node.AsIdentity(), reached);
                    break;
            }
        }

        void Add(Block block, HashSet<Cid> below)
        {
            _blocks.Add((block, [block.Cid, .. below]));
            _byCid[block.Cid] = block;
        }
    }

    private async Task UploadAsync(Random random, bool directory)
    {
        string tenant = Tenants[random.Next(2)];
        var (root, covered) = _blocks[random.Next(_blocks.Count)];
        if (directory)
        {
            var entry = _blocks[random.Next(LeafCount)].Block;
            root = Dags.Directory(("frame.fits", root.Cid), ("metadata.json", entry.Cid));
            _byCid[root.Cid] = root;
            covered = random.Next(2) == 0 ? [root.Cid] : [root.Cid, entry.Cid];
        }

        // Now and then not all of it is sent: what the server has already makes up for it, or it refuses.
        var sent = covered.Where(c => c == root.Cid || random.Next(6) > 0).Select(c => _byCid[c])
            .Where(b => b.Cid.Hash.Function != HashFunction.Identity || b.Cid == root.Cid).ToList();
        string labels = random.Next(2) == 0 ? "" : $"&capture=c{random.Next(3)}";
        using var client = _server.ClientOf(tenant);
        using var answer = await client.UploadAsync(
            await Dags.CarAsync(root.Cid, sent), $"scope={(directory ? "directory" : "dag")}{labels}");
        _history.Add($"{tenant} sends {sent.Count} of {covered.Count} below {root.Cid}{labels}: {(int)answer.StatusCode}");
        if (answer.StatusCode == HttpStatusCode.BadRequest)
            return;
        Promised(tenant, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, directory ? sent.Select(b => b.Cid) : covered);
    }

    private void Promised(string tenant, JsonNode pin, IEnumerable<Cid> covered)
    {
        string id = (string)pin["pinId"]!;
        var stands = _promises.SingleOrDefault(p => p.Id == id);
        if (stands is null)
            _promises.Add(stands = new(tenant, id, []));
        (stands.Ended, stands.Next) = (false, null);
        stands.Covered.UnionWith(covered);
    }

    private async Task WantAsync(Random random) => await PostAsync("/psa/pins", Tenants[random.Next(2)], random);

    private async Task ReplaceAsync(Random random)
    {
        if (_promises.Where(p => !p.Ended).ToList() is not { Count: > 0 } standing)
            return;
        var old = standing[random.Next(standing.Count)];
        if (await PostAsync($"/psa/pins/{old.Id}", old.Tenant, random) is var (id, _))
            (old.Ended, old.Next) = (true, id);
    }

    // A wanted pin is promised nothing until it is said to be pinned.
    private async Task<(string Id, string Status)?> PostAsync(string path, string tenant, Random random)
    {
        var (root, covered) = _blocks[random.Next(_blocks.Count)];
        using var client = _server.ClientOf(tenant);
        using var answer = await client.PostAsync(path, Api.Json(new { cid = root.Cid.ToString() }));
        _history.Add($"{tenant} posts {root.Cid} to {path}: {(int)answer.StatusCode}");
        if (answer.StatusCode != HttpStatusCode.Accepted)
            return null;
        var pin = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        if ((string)pin["status"]! == "pinned")
            _promises.Add(new(tenant, (string)pin["requestid"]!, [.. covered]));
        return ((string)pin["requestid"]!, (string)pin["status"]!);
    }

    private async Task EndAsync(Random random)
    {
        if (_promises.Where(p => !p.Ended).ToList() is not { Count: > 0 } standing)
            return;
        var promise = standing[random.Next(standing.Count)];
        _history.Add($"{promise.Tenant} ends {promise.Id}");
        promise.Ended = true;
        using var client = _server.ClientOf(promise.Tenant);
        (await client.DeleteAsync($"/v0/pins/{promise.Id}")).Dispose();
    }

    private Task BackUpAsync(Random random) => RestartAsync("back up", () =>
    {
        string store = Stores[random.Next(2)];
        File.Copy(Path.Combine(_server.Folder, store), BackupOf(store), overwrite: true);
    });

    private Task PutBackAsync(Random random)
    {
        string store = Stores[random.Next(2)];
        return !File.Exists(BackupOf(store)) ? Task.CompletedTask : RestartAsync($"put back {store}", () =>
        {
            Remove(store);
            File.Copy(BackupOf(store), Path.Combine(_server.Folder, store));
        });
    }

    private Task LoseAsync(Random random)
    {
        string store = Stores[random.Next(2)];
        return RestartAsync($"lose {store}", () => Remove(store));
    }

    private async Task RestartAsync(string what, Action between)
    {
        _history.Add(what);
        await _server.StopAsync();
        between();
        // What claims lack is claimed before the first collection; the stores are whole again then, and the other one may be lost.
        await _server.StartAndCollectAsync();
    }

    private string BackupOf(string store) => Path.Combine(_backups, Path.GetFileName(store));

    private void Remove(string store)
    {
        string path = Path.Combine(_server.Folder, store);
        foreach (string part in new[] { path, path + "-wal", path + "-shm" }.Where(File.Exists))
            File.Delete(part);
    }
}
