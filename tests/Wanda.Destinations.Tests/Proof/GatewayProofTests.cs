using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations.Pinata;
using Wanda.Destinations.Tests.Support;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Pinata;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Destinations.Tests.Proof;

/// <summary>Gateways differ: some give CARs, some blocks, some files alone, some their own account's roots alone.</summary>
public sealed class GatewayProofTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-gateway-");
    private readonly PinataStandIn _pinata = new();
    private readonly JumpingTime _time = new();
    private BlockStore _store = null!;
    private StandIn _server = null!;
    private Catalogue _catalogue = null!;

    public async Task InitializeAsync()
    {
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.FullName, "store"), _time, default);
        _catalogue = await Catalogue.OpenAsync(Path.Combine(_folder.FullName, "catalogue.db"), _time, default);
        _server = await StandIn.StartAsync(_pinata.AnswerAsync);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _store.DisposeAsync();
        await _catalogue.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("unixfs-v1-2025")]
    [InlineData("cid-v1")]
    [InlineData("cid-v0")]
    public async Task One_that_gives_files_alone_is_proven_by_importing_what_it_gives(string profile)
    {
        _pinata.Trustless = false;
        var (pinata, frame) = await FrameAsync(profile);
        var id = await pinata.PushAsync(frame, default);

        var proof = (await pinata.ProveAsync(frame, default))!;

        Assert.NotNull(id);
        Assert.Equal((ProofMethod.ReadBack, frame.Cid.ToString()), (proof.Method, proof.Cid));
        Assert.InRange(proof.Bytes, 700_000, 701_000);
    }

    [Fact]
    public async Task A_file_with_one_other_byte_is_another_file()
    {
        _pinata.Trustless = false;
        var (pinata, frame) = await FrameAsync("cid-v1");
        await pinata.PushAsync(frame, default);
        _pinata.Fault = async context =>
        {
            if (!context.Request.Path.StartsWithSegments("/ipfs"))
                return false;
            var bytes = await _pinata.Blocks.ReadFileAsync(frame.Cid);
            bytes[^1] ^= 1;
            await context.Response.Body.WriteAsync(bytes);
            return true;
        };

        Assert.Contains("another file", (await Assert.ThrowsAsync<NotHeldException>(() => pinata.ProveAsync(frame, default))).Message);
    }

    [Fact]
    public async Task A_file_that_does_not_end_is_read_to_the_length_of_ours_and_no_further()
    {
        _pinata.Trustless = false;
        var (pinata, frame) = await FrameAsync("cid-v1");
        await pinata.PushAsync(frame, default);
        _pinata.Fault = async context =>
        {
            if (!context.Request.Path.StartsWithSegments("/ipfs"))
                return false;
            for (var given = 0; given < 3000; given++)
                await context.Response.Body.WriteAsync(new byte[1_000_000], context.RequestAborted);
            return true;
        };

        var lost = await Assert.ThrowsAsync<NotHeldException>(() => pinata.ProveAsync(frame with { SizeBytes = 700_000 }, default));

        Assert.Contains("longer than the 700,000 bytes", lost.Message);
    }

    [Fact]
    public async Task What_its_account_does_not_keep_is_a_lost_copy_and_no_wrong_token()
    {
        _pinata.Restricted = true;
        var (pinata, frame) = await FrameAsync("cid-v1");

        Assert.Contains("not have this content pinned",
            (await Assert.ThrowsAsync<NotHeldException>(() => pinata.ProveAsync(frame, default))).Message);
    }

    [Fact]
    public async Task A_gateway_that_refuses_its_key_says_which_key_to_write()
    {
        var (pinata, frame) = await FrameAsync("cid-v1", gatewayToken: "old");
        await pinata.PushAsync(frame, default);

        var refused = await Assert.ThrowsAsync<DestinationDownException>(() => pinata.ProveAsync(frame, default));

        Assert.True(refused.NeedsOperator);
        Assert.Contains("gatewayToken", refused.Message);
    }

    [Fact]
    public async Task A_new_token_in_its_file_works_without_a_restart()
    {
        var file = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(file, "old");
        var (pinata, frame) = await FrameAsync("cid-v1", tokenFile: file);
        Assert.True((await Assert.ThrowsAsync<DestinationDownException>(() => pinata.PushAsync(frame, default))).NeedsOperator);

        await File.WriteAllTextAsync(file, _pinata.Token + "\n");

        Assert.NotNull(await pinata.PushAsync(frame, default));
    }

    [Fact]
    public async Task Its_id_lets_a_file_go_again_and_twice_is_no_error()
    {
        var (pinata, frame) = await FrameAsync("cid-v1");
        var id = (await pinata.PushAsync(frame, default))!;
        Assert.Equal(["a"], _pinata.Names); // the capture's id, which a lost catalogue is rebuilt from

        await pinata.UnpinAsync(id, default);
        await pinata.UnpinAsync(id, default);

        Assert.Empty(_pinata.Names);
    }

    private async Task<(PinataDestination Pinata, OffloadItem Frame)> FrameAsync(
        string profile, string? gatewayToken = null, string? tokenFile = null)
    {
        var node = new EmbeddedNode(_store, UnixFsProfile.Parse(profile));
        var path = Path.Combine(_folder.FullName, "a.fits");
        await File.WriteAllBytesAsync(path, TestFrames.Noise(700_000));
        var added = await node.AddFileAsync(path, "a");
        var options = new DestinationOptions
        {
            Name = "pinata",
            Kind = "pinata",
            Url = new Uri(_server.Address, "v3").ToString(),
            UploadUrl = new Uri(_server.Address, "v3").ToString(),
            Gateway = _server.Address.ToString(),
            Token = tokenFile is null ? _pinata.Token : null,
            TokenFile = tokenFile,
            GatewayToken = gatewayToken ?? _pinata.Token,
            Public = true,
        };
        var tools = new DestinationTools(new WandaOptions(), node, new ReadBack(new OwnNodes(node, []), _time), _time);
        var line = new UploadLine(options, new Uplink(_time), _catalogue, _time);
        return (new PinataDestination(options, tools, line),
            new OffloadItem(SubjectKind.Capture, "a", added.Root, new PinLabels("m42", "a.fits", "a", 1)));
    }
}
