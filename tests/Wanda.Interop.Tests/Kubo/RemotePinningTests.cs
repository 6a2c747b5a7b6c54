using Wanda.Interop.Tests.Deploy;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Kubo;

/// <summary>A Kubo whose remote pinning service is our server.</summary>
[Collection("Go Kubo")]
public sealed class RemotePinningTests(GoKubo kubo)
{
    private const string Block = "ipfs pin remote service add";

    [SkippableFact]
    public async Task The_lines_of_the_README_work_as_they_stand()
    {
        await using var _ = await kubo.FoundAsync();
        await using var server = await TestServer.StartAsync();
        string cid = (await kubo.RunAsync([.. "a frame"u8], "add", "-Q", "--cid-version=1")).Text();
        string lines = (await LinesAsync())
            .Instead("https://pin.example.org", server.Address.AbsoluteUri.TrimEnd('/')).Instead("CID", cid);

        string written = await kubo.TypeAsync(lines, "TOKEN", Token(server));

        Assert.Contains($"{cid}\tpinned\tm31", written);
        Assert.Empty(await server.Client.PinsAsync());
    }

    [SkippableFact]
    public async Task Without_psa_in_the_address_Kubo_says_what_is_missing()
    {
        await using var _ = await kubo.FoundAsync();
        await using var server = await TestServer.StartAsync();
        await kubo.RunAsync([], "pin", "remote", "service", "add", "short", server.Address.AbsoluteUri, Token(server));

        var refused = await Assert.ThrowsAsync<PeerException>(() => kubo.RunAsync([], "pin", "remote", "ls", "--service=short"));

        Assert.Contains($"{server.Address}psa", refused.Message);
    }

    private static async Task<string> LinesAsync()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(NodePeer.Folder, "..", "..", "..", "pinning-server", "README.md"));
        return readme.Split("```sh\n").Single(b => b.StartsWith(Block, StringComparison.Ordinal)).Split("```")[0];
    }

    private static string Token(TestServer server) => server.Client.DefaultRequestHeaders.Authorization!.Parameter!;
}
