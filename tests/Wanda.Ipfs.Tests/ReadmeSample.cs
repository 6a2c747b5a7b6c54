namespace Wanda.Ipfs.Tests;

/// <summary>The README's code, compiled; Architecture.Tests holds the two equal.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync()
    {
        // A store in a folder of its own. Adding reads the file once and writes a few kilobytes: its leaves stay where they are.
        await using var store = await BlockStore.OpenAsync("/var/lib/app/blocks", TimeProvider.System);
        var node = new EmbeddedNode(store);
        var frame = await node.AddFileAsync("/srv/frames/light_0001.fits", owner: "light_0001");
        Console.WriteLine($"{frame.Root} is what 'ipfs add' gives under {UnixFsProfile.UnixFsV1_2025.Name}");

        // All of it as a CAR, for a pinning service or another node; each block is checked against its CID when it is read.
        await using (var car = File.Create("light_0001.car"))
            await CarWriter.WriteAsync(car, [frame.Root], node.BlocksAsync(frame.Root));

        // Any byte of it, by its CID.
        await using var content = await UnixFsReader.OpenAsync(node, frame.Root);
        content.Position = 2880;

        // A name that points to the newest root. Higher sequences win, for ever: keep count.
        var key = NodeKeyFile.LoadOrCreate("/var/lib/app/node.key");
        var record = IpnsRecord.Create(key, $"/ipfs/{frame.Root}", sequence: 1, validUntil: TimeProvider.System.GetUtcNow().AddDays(30));
        Console.WriteLine($"/ipns/{key.PeerId.IpnsName}, {record.Bytes.Length} bytes for a router");

        // What no owner claims goes with the next collection; the file itself is never touched.
        await node.UnpinAsync("light_0001");
        await store.CollectAsync();
    }

    public static async Task RemotesAsync(Cid cid, string token, Stream destination)
    {
        // A gateway, or several in order. What it sends is believed when its hash is the CID's; the token goes to its host only.
        using var gateway = new TrustlessGateway(
            new RemoteEndpoint(new Uri("https://pin.example.org")) { Authorization = RemoteEndpoint.Bearer(token) }, TimeProvider.System);
        using var other = new TrustlessGateway(new RemoteEndpoint(new Uri("https://ipfs.example.net")), TimeProvider.System);
        await using (var remote = await UnixFsReader.OpenAsync(new FallbackSource([gateway, other]), cid))
            await remote.CopyToAsync(destination);

        // A pinning service. It looks before it pins; keep the request id. "Pinned" is the service's word, not a proof.
        using var service = new PinningServiceClient(
            new RemoteEndpoint(new Uri("https://pin.example.org/psa")) { Authorization = RemoteEndpoint.Bearer(token) },
            TimeProvider.System);
        var pin = await service.AddAsync(new PinRequest(cid) { Name = "light_0001" });
        Console.WriteLine($"{pin.RequestId} is {pin.State}. {pin.Details}");

        // Pinata: our blocks as a CAR, the CID in its answer compared with ours. All that is sent there is public.
        using var pinata = new PinataClient(
            new RemoteEndpoint(PinataClient.ApiAddress) { Authorization = RemoteEndpoint.Bearer(token) },
            new RemoteEndpoint(PinataClient.UploadAddress) { Authorization = RemoteEndpoint.Bearer(token) }, TimeProvider.System);
        var file = await pinata.UploadAsync(
            cid, await gateway.ListAsync(cid).ToListAsync(), gateway, new PinataLabels { Name = "light_0001" });
        Console.WriteLine($"{file.Id} keeps {file.Cid}");

        // A Kubo daemon as a node: it is sent blocks whose CIDs were computed here, and its answer is compared with them.
        using var kubo = new KuboClient(new RemoteEndpoint(new Uri("http://127.0.0.1:5001")), TimeProvider.System);
        await using var daemon = await KuboNode.OpenAsync(kubo, "/var/lib/app/kubo", TimeProvider.System);
        try
        {
            await daemon.AddFileAsync("/srv/frames/light_0001.fits", owner: "light_0001");
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.Unavailable)
        {
            Console.WriteLine($"{e.Message} Later it may work.");
        }
    }

    public static async Task MirrorAsync(BlockStore store, KuboClient kubo)
    {
        using var mirror = new KuboMirror(store, kubo, TimeProvider.System);
        var state = await mirror.RunAsync(); // on a timer; a daemon that is away is a state, not an error
        Console.WriteLine(state.Up ? $"{state.Reason} {state.Waiting} wait." : $"Kept here alone: {state.Reason}");
    }
}
