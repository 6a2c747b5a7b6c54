using System.Text;
using Wanda.Ipfs.Tests.Ipns;
using Wanda.Ipfs.Tests.Keys;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests;

/// <summary>Every parser of what comes from a wire or a disk. Alone, because memory is counted for the whole process.</summary>
[Collection("Alone")]
[Trait("Rerun", "Never")]
public sealed class FuzzTests
{
    private const int Rounds = 3000;
    private const int RoundsOverHttp = 600;

    private static readonly Cid Root = Block.Create(Codec.Raw, "one"u8.ToArray()).Cid;

    [Fact]
    public Task Cids_in_text()
    {
        var v1 = Cid.V1(Codec.DagPb, Root.Hash);
        string[] texts = [Cid.V0(Root.Hash).ToString(), .. Enum.GetValues<MultibaseEncoding>().Select(e => v1.ToString(e)),
            Cid.V1(Codec.Raw, Multihash.Identity("id"u8)).ToString()];
        return RunAsync([.. texts.Select(Encoding.Latin1.GetBytes)], input =>
        {
            string text = Encoding.Latin1.GetString(input);
            _ = Multibase.TryDecode(text, out _);
            Assert.Equal(Cid.TryParse(text, out _), Cid.Parse(text).Version >= 0);
        }, typeof(CidFormatException));
    }

    [Fact]
    public Task Cids_in_bytes() => RunAsync(
        [Root.Bytes.ToArray(), Cid.V0(Root.Hash).Bytes.ToArray(), Cid.V1(Codec.Raw, Multihash.Identity("id"u8)).Bytes.ToArray()],
        input => Assert.Equal(input, Cid.FromBytes(input).Bytes.ToArray()), typeof(CidFormatException));

    [Fact]
    public Task Multihashes() => RunAsync(
        [Root.Hash.Bytes.ToArray(), Multihash.Identity("id"u8).Bytes.ToArray()], input => Multihash.FromBytes(input),
        typeof(CidFormatException));

    [Fact]
    public async Task Dag_pb_nodes() => await RunAsync(await NodesAsync(), input => DagPbNode.Decode(input), typeof(DagFormatException));

    [Fact]
    public async Task Unixfs_files_directories_and_hamts()
    {
        var blocks = new MemoryBlocks();
        var nodes = await NodesAsync(blocks);
        await Fuzz.RunAsync(nodes, Rounds, async input =>
        {
            var root = Block.Create(Codec.DagPb, input);
            blocks.Put(root);
            try
            {
                await ReadAsync(blocks, root.Cid);
            }
            finally
            {
                blocks.Blocks.Remove(root.Cid);
                nodes.ForEach(n => blocks.Put(Block.Create(Codec.DagPb, n)));
            }
        }, typeof(DagFormatException), typeof(BlockNotFoundException));
    }

    [Fact]
    public async Task Cars()
    {
        var blocks = new MemoryBlocks();
        var file = await new UnixFsImporter(UnixFsProfile.CidV1 with { ChunkSize = 300 }).ImportAsync(
            new MemoryStream(TemporaryFolder.RandomBytes(1, 900)), blocks);
        var car = new MemoryStream();
        await CarWriter.WriteAsync(car, [file.Root], blocks.BlocksAsync(file.Root));
        var empty = new MemoryStream();
        await CarWriter.WriteAsync(empty, [file.Root, Root], AsyncEnumerable.Empty<Block>());
        await Fuzz.RunAsync([car.ToArray(), empty.ToArray()], Rounds, async input =>
        {
            using var reader = await CarReader.OpenAsync(new MemoryStream(input));
            await reader.ReadBlocksAsync().CountAsync();
        }, typeof(CarFormatException), typeof(BlockMismatchException));
    }

    [Fact]
    public Task Ipns_records_and_their_dag_cbor()
    {
        var name = SampleKey.Load().PeerId;
        var now = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        return RunAsync([Convert.FromHexString(Fixtures.V1AndV2), Convert.FromHexString(Fixtures.V2Only)],
            input => IpnsRecord.Parse(input).Validate(name, now), typeof(IpnsRecordException));
    }

    [Fact]
    public Task Private_and_public_keys() =>
        RunAsync([Convert.FromHexString(SampleKey.Private)], input => NodeKey.FromLibp2p(input), typeof(KeyFormatException));

    [Fact]
    public Task Public_keys() =>
        RunAsync([Convert.FromHexString(SampleKey.Public)], input => PublicKey.FromLibp2p(input), typeof(KeyFormatException));

    [Fact]
    public Task Peer_ids() => RunAsync(
        [Encoding.ASCII.GetBytes(SampleKey.PeerId), Encoding.ASCII.GetBytes(SampleKey.IpnsName)],
        input => PeerId.Parse(Encoding.Latin1.GetString(input)), typeof(KeyFormatException));

    [Fact]
    public async Task Answers_of_a_pinning_service()
    {
        string pin =
            $$$$"""{"requestid":"id-1","status":"queued","created":"2026-11-01T00:00:00Z","pin":{"cid":"{{{{Root}}}}","name":"a","origins":["/ip4/1.2.3.4"],"meta":{"a":"b"}},"delegates":["/ip4/1.2.3.4/tcp/1/p2p/x"],"info":{"status_details":"x"}}""";
        await OverHttpAsync(["{\"count\":1,\"results\":[" + pin + "]}", pin], async endpoint =>
        {
            using var client = new PinningServiceClient(endpoint, TimeProvider.System);
            await client.ListAsync(new()).Take(20).CountAsync();
        });
    }

    [Fact]
    public Task Lines_of_a_Kubo_daemon() => OverHttpAsync(
        [
            $$"""{"Cid":"{{Root}}","Type":"recursive","Name":"a"}""" + "\n" + $$"""{"Cid":"{{Root}}","Type":"direct"}""",
            $$$$"""{"Keys":{"{{{{Root}}}}":{"Type":"direct"}}}""", """{"Message":"datastore closed","Code":0,"Type":"error"}""",
        ],
        async endpoint =>
        {
            using var client = new KuboClient(endpoint, TimeProvider.System);
            await client.Pins.ListAsync(PinMode.Recursive).CountAsync();
        });

    [Fact]
    public Task Roots_in_the_answer_to_an_import() => OverHttpAsync(
        ["{\"Root\":{\"Cid\":{\"/\":\"" + Root + "\"},\"PinErrorMsg\":\"\"}}" + "\n" + """{"Stats":{"BlockCount":1}}"""],
        async endpoint =>
        {
            using var client = new KuboClient(endpoint, TimeProvider.System);
            await client.Dag.ImportAsync(3,
                async (stream, cancellationToken) => await stream.WriteAsync(new byte[3], cancellationToken), pinRoots: true);
        });

    private static Task RunAsync(IReadOnlyList<byte[]> samples, Action<byte[]> parse, params Type[] documented) =>
        Fuzz.RunAsync(samples, Rounds, input =>
        {
            parse(input);
            return Task.CompletedTask;
        }, documented);

    private static async Task OverHttpAsync(string[] samples, Func<RemoteEndpoint, Task> ask)
    {
        byte[] body = [];
        await using var server = await StandIn.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.Body.WriteAsync(body);
        });
        await Fuzz.RunAsync([.. samples.Select(Encoding.UTF8.GetBytes)], RoundsOverHttp, input =>
        {
            body = input;
            return ask(server.Endpoint with { Tries = 1 });
        }, typeof(RemoteException));
    }

    // Read as far as a reader would go, and a little.
    private static async Task ReadAsync(MemoryBlocks blocks, Cid cid)
    {
        try
        {
            await using var file = await UnixFsReader.OpenAsync(blocks, cid);
            await file.ReadAtLeastAsync(new byte[4096], 4096, throwOnEndOfStream: false);
            file.Position = Math.Max(0, file.Length - 10);
            await file.ReadAtLeastAsync(new byte[10], 10, throwOnEndOfStream: false);
        }
        catch (DagFormatException)
        {
            await UnixFsReader.ListAsync(blocks, cid).Take(1000).CountAsync();
            try
            {
                await UnixFsReader.ResolveAsync(blocks, cid, "frame-17.fits");
            }
            catch (PathNotFoundException)
            {
                // A shard further down has it, or none.
            }
        }
    }

    private static async Task<List<byte[]>> NodesAsync(MemoryBlocks? blocks = null)
    {
        blocks ??= new();
        await new UnixFsImporter(UnixFsProfile.CidV0 with { ChunkSize = 100, MaxLinks = 3 }).ImportAsync(
            new MemoryStream(TemporaryFolder.RandomBytes(1, 1000)), blocks);
        await new UnixFsImporter(UnixFsProfile.CidV1 with { ChunkSize = 100, MaxLinks = 3 }).ImportAsync(
            new MemoryStream(TemporaryFolder.RandomBytes(2, 1000)), blocks);
        blocks.Put(Block.Create(Codec.Raw, "one"u8.ToArray()));
        var links = Enumerable.Range(0, 300).Select(i => new DagPbLink($"frame-{i}.fits", Root, 3)).ToList();
        foreach (var profile in new[] { UnixFsProfile.CidV1 with { DirectoryThreshold = 1000 }, UnixFsProfile.UnixFsV1_2025 })
        {
            foreach (var block in UnixFsDirectory.Build(profile, links).Blocks)
                blocks.Put(block);
        }

        // The reader is given them as CIDv1, and the sound ones of a HAMT or tree are each other's children.
        return [.. blocks.Blocks.Where(b => b.Key.Codec == Codec.DagPb).Select(b => b.Value)];
    }
}

/// <summary>Runs when nothing else does.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;
