using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// The node in a Kubo daemon. CIDs are computed here; the daemon is sent blocks, and what it answers is compared. It keeps a copy of each
/// file, so the file itself may go once it was added.
/// </summary>
/// <remarks>
/// A daemon has one pin for each CID, so it cannot tell two owners of one CID apart, not even by pin names. Who owns what is kept in a
/// ledger beside this process: a pin goes when its last owner does. One process at a time may use a ledger.
/// </remarks>
public sealed class KuboNode : IIpfsNode, IAsyncDisposable
{
    private readonly KuboClient _client;
    private readonly KuboIntake _intake;
    private readonly StoreIndex _ledger;
    private readonly TimeProvider _time;
    private readonly UnixFsProfile _profile;
    private readonly SemaphoreSlim _claims = new(1);

    private KuboNode(KuboClient client, StoreIndex ledger, TimeProvider time, UnixFsProfile profile) =>
        (_client, _intake, _ledger, _time, _profile) = (client, new(client), ledger, time, profile);

    /// <summary>Opens the ledger; the daemon is not asked anything yet.</summary>
    /// <param name="client">Stays the caller's to dispose.</param>
    /// <param name="folder">Where the ledger is kept; made when it is missing. Without it pins stay for ever.</param>
    /// <param name="time">The clock.</param>
    /// <param name="profile">Decides CIDs; null stands for <see cref="UnixFsProfile.UnixFsV1_2025"/>.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static async Task<KuboNode> OpenAsync(
        KuboClient client, string folder, TimeProvider time, UnixFsProfile? profile = null, CancellationToken cancellationToken = default)
    {
        string path = Path.Combine(Directory.CreateDirectory(folder).FullName, "kubo-pins.sqlite");
        return new(client, await StoreIndex.OpenAsync(path, time, cancellationToken).ConfigureAwait(false), time,
            profile ?? UnixFsProfile.UnixFsV1_2025);
    }

    /// <inheritdoc/>
    /// <exception cref="CidDisagreementException">The daemon pinned something else.</exception>
    public async Task<AddedFile> AddFileAsync(string path, string owner, string? sha256, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        var before = FileIdentity.Of(path) ?? throw new FileNotFoundException($"{path} does not exist, so it cannot be added.", path);
        // A CAR begins with its root, which is known when the file has been read: it is read again to be sent, block by block.
        var measure = new CarMeasure();
        var file = await FileImport.RunAsync(_profile, path, measure, sha256, cancellationToken).ConfigureAwait(false);
        Unchanged(path, before, file.Size);
        await ClaimAsync([new(owner, file.Root, PinMode.Recursive, _time.GetUtcNow())], cancellationToken).ConfigureAwait(false);
        await _intake.UntilReadBackAsync(
            measure.Blocks, [file.Root],
            async () => await _client.Pins.FindAsync(file.Root, PinMode.Recursive, cancellationToken).ConfigureAwait(false) is not null,
            _ => _intake.PinDagAsync(file.Root, CarWriter.LengthOf([file.Root], []) + measure.Bytes, WriteAsync, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return new(file.Root, file.Size, file.DagSize, file.Leaves + file.Nodes);

        async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
        {
            await CarWriter.WriteHeaderAsync(stream, [file.Root], cancellationToken).ConfigureAwait(false);
            var again = await new UnixFsImporter(_profile).ImportAsync(path, new CarSink(stream), cancellationToken).ConfigureAwait(false);
            // Thrown while the request is open still, so that the daemon pins nothing.
            Unchanged(path, before, again.Size);
            if (again.Root != file.Root)
                throw new FileChangedException(path);
        }
    }

    /// <inheritdoc/>
    public async Task<AddedDirectory> AddDirectoryAsync(
        IEnumerable<DagPbLink> links, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string owner,
        bool durable = true, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var blocks = new List<Block>();
        var directory = await DirectoryImport.RunAsync(_profile, links, files, Hold, cancellationToken).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        await ClaimAsync([.. directory.Blocks.Select(b => new Pin(owner, b.Cid, PinMode.Direct, now))],
            cancellationToken).ConfigureAwait(false);
        Cid[] cids = [.. directory.Blocks.Select(b => b.Cid)];
        await _intake.UntilReadBackAsync([.. blocks.Select(b => new BlockInfo(b.Cid, b.Data.Length))], cids,
            () => ArePinnedAsync(cids, cancellationToken), _ => ImportAsync(directory.Root, blocks, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return directory;

        ValueTask Hold(Block block, CancellationToken cancellationToken)
        {
            // Its memory is used again.
            blocks.Add(Block.Trusted(block.Cid, block.Data.ToArray()));
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The daemon does not answer; nothing is forgotten, so call again.</exception>
    public async Task UnpinAsync(string owner, CancellationToken cancellationToken = default)
    {
        await _claims.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var (_, pin) in await _ledger.PinsAsync(0, owner, null, cancellationToken).ConfigureAwait(false))
            {
                // While anybody else claims the CID, in whatever mode, the pin stays: rather too much is kept than too little.
                var claims = await _ledger.PinsAsync(0, null, pin.Cid, cancellationToken).ConfigureAwait(false);
                if (claims.All(c => c.Pin.Owner == owner))
                    await _client.Pins.RemoveAsync(pin.Cid, cancellationToken).ConfigureAwait(false);
                await _ledger.RemoveAsync(owner, pin.Cid, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _claims.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
        _client.Blocks.ReadAsync(cid, buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) => _client.Blocks.FindAsync(cid, cancellationToken);

    /// <summary>Closes the ledger.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync().ConfigureAwait(false);
        _claims.Dispose();
    }

    // Before the daemon has the pin: a claim without a pin does no harm, a pin without a claim would stay for ever.
    private async Task ClaimAsync(IReadOnlyList<Pin> pins, CancellationToken cancellationToken)
    {
        await _claims.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _ledger.SaveAsync([], [.. pins.Select(p => (p, (CidList?)null))], [], durable: true, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            _claims.Release();
        }
    }

    private async Task ImportAsync(Cid root, List<Block> blocks, CancellationToken cancellationToken)
    {
        // Nothing is pinned by the import: a recursive pin of the directory would wait for every frame that it links to.
        await _client.Dag.ImportAsync(
            CarWriter.LengthOf([root], blocks.Select(b => new BlockInfo(b.Cid, b.Data.Length))),
            (stream, cancellationToken) => CarWriter.WriteAsync(stream, [root], blocks.ToAsyncEnumerable(), cancellationToken),
            pinRoots: false, cancellationToken).ConfigureAwait(false);
        foreach (var block in blocks)
            await _intake.PinDirectAsync(block.Cid, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> ArePinnedAsync(IEnumerable<Cid> cids, CancellationToken cancellationToken)
    {
        foreach (var cid in cids)
        {
            if (await _client.Pins.FindAsync(cid, cancellationToken).ConfigureAwait(false) is null)
                return false;
        }

        return true;
    }

    private static void Unchanged(string path, FileIdentity before, long size)
    {
        if (FileIdentity.Of(path) != before || before.SizeBytes != size)
            throw new FileChangedException(path);
    }
}
