using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Destinations.Tests.Support;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Tests.Proof;

/// <summary>Law 2 for every destination that is not our own server: nothing less than each byte, read back from it.</summary>
public sealed class ReadBackTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-readback-");
    private readonly JumpingTime _time = new();
    private readonly DestinationOptions _destination = new()
    {
        Name = "pinata",
        Url = "https://pinata.example.org",
        ProofLifetime = TimeSpan.FromDays(7),
    };
    private BlockStore _store = null!;
    private EmbeddedNode _node = null!;
    private OffloadItem _frame = null!;

    public async Task InitializeAsync()
    {
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.FullName, "store"), _time, default);
        _node = new EmbeddedNode(_store);
        var path = Path.Combine(_folder.FullName, "a.fits");
        await File.WriteAllBytesAsync(path, TestFrames.Noise(2_500_000));
        var added = await _node.AddFileAsync(path, "a");
        _frame = new OffloadItem(SubjectKind.Capture, "a", added.Root, new PinLabels("m42", "a.fits", "a", 1));
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_proof_says_what_was_read_from_where_and_when()
    {
        var there = new There(_node);
        var before = _time.GetUtcNow();
        var proof = await ProveAsync(_frame, there);
        var blocks = await _node.ListAsync(_frame.Cid).ToListAsync();
        Assert.Equal(blocks.Select(b => b.Cid), there.Asked);
        Assert.Equal((ProofMethod.ReadBack, blocks.Sum(b => (long)b.Length), "https://gateway.example.org/", "pinata.example.org"),
            (proof.Method, proof.Bytes, proof.Endpoint, proof.FailureDomain));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var block in _node.BlocksAsync(_frame.Cid))
            hash.AppendData(block.Data.Span);
        Assert.Equal(Convert.ToHexStringLower(hash.GetHashAndReset()), proof.Digest);
        Assert.InRange(proof.ProvenAt, before, _time.GetUtcNow());
        Assert.Equal(proof.ProvenAt + TimeSpan.FromDays(7), proof.ExpiresAt);
    }

    [Fact]
    public async Task It_needs_nothing_of_ours_and_so_works_after_a_release()
    {
        var there = new There(_node);
        Assert.NotNull(await ProveAsync(_frame, there));
        Assert.Equal(_frame.Cid, there.Asked[0]);
    }

    [Fact]
    public async Task Each_single_missing_block_fails_it()
    {
        foreach (var block in await _node.ListAsync(_frame.Cid).ToListAsync())
        {
            var lost = await Assert.ThrowsAsync<NotHeldException>(() => ProveAsync(_frame, new There(_node) { Missing = block.Cid }));
            Assert.Contains(block.Cid.ToString(), lost.Message);
        }
    }

    [Fact]
    public async Task A_directory_is_proven_without_the_frames_that_it_links_to()
    {
        var directory = await _node.AddDirectoryAsync(
            [new DagPbLink("a.fits", _frame.Cid, 2_500_000)],
            new Dictionary<string, ReadOnlyMemory<byte>> { ["metadata.json"] = "{}"u8.ToArray() }, "m42");
        var item = new OffloadItem(SubjectKind.Session, "m42", directory.Root, new PinLabels("m42", "m42"))
        {
            Elsewhere = new HashSet<Cid> { _frame.Cid },
        };
        var there = new There(_node) { Missing = _frame.Cid };
        var proof = await ProveAsync(item, there);
        Assert.Equal(directory.Blocks.Select(b => b.Cid).ToHashSet(), there.Asked.ToHashSet());
        Assert.Equal(directory.Blocks.Sum(b => (long)b.Length), proof.Bytes);
    }

    [Theory]
    [InlineData(RemoteFailure.Unavailable, false)]
    [InlineData(RemoteFailure.Denied, true)]
    public async Task A_gateway_that_does_not_answer_is_an_outage_and_no_loss(RemoteFailure failure, bool needsOperator)
    {
        var there = new There(_node)
        {
            Missing = _frame.Cid,
            Why = new RemoteException("gateway", failure, "says no") { RetryAfter = TimeSpan.FromMinutes(2) },
        };
        var down = await Assert.ThrowsAsync<DestinationDownException>(() => ProveAsync(_frame, there));
        Assert.Equal((needsOperator, TimeSpan.FromMinutes(2)), (down.NeedsOperator, down.RetryAfter));
    }

    [Theory]
    [InlineData(RemoteFailure.NotFound)]
    [InlineData(RemoteFailure.Malformed)]
    public async Task A_gateway_that_has_it_not_or_sends_nonsense_does_not_hold_it(RemoteFailure failure) =>
        await Assert.ThrowsAsync<NotHeldException>(() =>
            ProveAsync(_frame, new There(_node) { Missing = _frame.Cid, Why = new RemoteException("gateway", failure, "says no") }));

    [Fact]
    public async Task Nothing_is_proven_while_a_node_of_ours_could_answer_in_its_place()
    {
        var kubo = new Kubo();
        var own = new OwnNodes(_node, [kubo]);
        var there = new There(_node);
        kubo.Serves = "it runs.";
        var refused = await Assert.ThrowsAsync<DestinationDownException>(() => ProveAsync(_frame, there, own));
        Assert.Empty(there.Asked);
        Assert.Contains("fetch it from us", refused.Message);
        Assert.True(refused.NeedsOperator);

        // One that was started in the middle.
        kubo.Serves = null;
        there.OnRead = () => kubo.Serves = "it runs now.";
        await Assert.ThrowsAsync<DestinationDownException>(() => ProveAsync(_frame, there, own));

        // What cannot fetch answers from its own bytes, whoever serves.
        Assert.NotNull(await ProveAsync(_frame, there, own, mayFetch: false));
    }

    private Task<CustodyProof> ProveAsync(OffloadItem item, There there, OwnNodes? own = null, bool mayFetch = true) =>
        new ReadBack(own ?? new OwnNodes(_node, []), _time).ProveAsync(
            item, _destination,
            new ReadBackFrom(there, "https://gateway.example.org/", OnThisMachine: false, Flushes.Unknown, mayFetch), default);

    private sealed class Kubo : IServingNode
    {
        public string? Serves { get; set; }

        public Task<string?> ServingAsync(Cid cid, CancellationToken cancellationToken) => Task.FromResult(Serves);
    }

    /// <summary>A destination that holds what the node holds, less what is said.</summary>
    private sealed class There(IBlockSource node) : IBlockSource
    {
        public List<Cid> Asked { get; } = [];

        public Cid? Missing { get; init; }

        public Exception? Why { get; init; }

        public Action OnRead { get; set; } = () => { };

        public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            OnRead();
            Asked.Add(cid);
            return cid == Missing
                ? throw new BlockNotFoundException(cid, "it is gone", inner: Why)
                : node.ReadAsync(cid, buffer, cancellationToken);
        }

        public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
            throw new NotSupportedException("A proof reads; it does not ask whether.");
    }
}
