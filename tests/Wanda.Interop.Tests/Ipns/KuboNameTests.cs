using System.Net;
using Wanda.Interop.Tests.Kubo;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Ipns;

/// <summary>Names of a Kubo, whatever their keys are.</summary>
[Collection("Go Kubo")]
public sealed class KuboNameTests(GoKubo kubo)
{
    private const string Value = "/ipfs/bafkqaaa";

    [SkippableTheory]
    [InlineData("rsa", 2048)]
    [InlineData("rsa", 4096)]
    [InlineData("ed25519", 0)]
    public async Task Its_records_are_believed_and_our_server_hands_them_out(string type, int bits)
    {
        await using var _ = await kubo.FoundAsync();
        var (name, bytes) = await PublishAsync(type, bits);
        await using var server = await TestServer.StartAsync();

        var record = IpnsRecord.Parse(bytes);
        record.Validate(PeerId.Parse(name), TimeProvider.System.GetUtcNow());
        using var put = await PutAsync(server, name, bytes);

        Assert.Equal((Value, HttpStatusCode.OK), (record.Value, put.StatusCode));
        Assert.Equal(bytes, await server.Client.GetByteArrayAsync($"/routing/v1/ipns/{name}"));
        // By the name's other spelling too: Qm… of an RSA key.
        Assert.Equal(bytes, await server.Client.GetByteArrayAsync($"/routing/v1/ipns/{PeerId.Parse(name)}"));
    }

    [SkippableFact]
    public async Task A_key_that_cannot_be_checked_is_told_by_its_type()
    {
        await using var _ = await kubo.FoundAsync();
        var (name, bytes) = await PublishAsync("secp256k1", 0);
        await using var server = await TestServer.StartAsync();

        using var put = await PutAsync(server, name, bytes);

        Assert.Equal(HttpStatusCode.BadRequest, put.StatusCode);
        Assert.Contains("secp256k1", await put.Content.ReadAsStringAsync());
    }

    private async Task<(string Name, byte[] Record)> PublishAsync(string type, int bits)
    {
        string key = $"{type}-{bits}";
        string[] size = bits == 0 ? [] : [$"--size={bits}"];
        string name = (await kubo.RunAsync([], ["key", "gen", $"--type={type}", .. size, key])).Text();
        await kubo.RunAsync([], "name", "publish", "--allow-offline", $"--key={key}", Value);
        return (name, await kubo.RunAsync([], "name", "get", name));
    }

    private static Task<HttpResponseMessage> PutAsync(TestServer server, string name, byte[] record) =>
        server.Client.PutAsync($"/routing/v1/ipns/{name}",
            new ByteArrayContent(record) { Headers = { ContentType = new(IpnsRecord.MediaType) } });
}
