using System.Security.Cryptography;
using System.Text.Json;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Gateway;

/// <summary>
/// A frame on our pinning server, read by Helia through the server's trustless gateway: it verifies every block by itself.
/// </summary>
public sealed class HeliaInteropTests
{
    [Fact]
    public async Task A_frame_is_read_whole_and_in_part()
    {
        await using var server = await TestServer.StartAsync();
        var frame = await Frame.MakeAsync(5 * 1024 * 1024 + 123, seed: 1);
        await server.Client.UploadAsync(await frame.CarAsync()).JsonAsync(System.Net.HttpStatusCode.Created);

        Assert.Equal((frame.Content.Length, Hash(frame.Content)), await ReadAsync(server, frame.Root.ToString()));
        Assert.Equal((2_000_000, Hash(frame.Content.AsSpan(1_500_000, 2_000_000))),
            await ReadAsync(server, frame.Root.ToString(), "1500000", "2000000"));
    }

    private static async Task<(int Bytes, string Sha256)> ReadAsync(TestServer server, string cid, params string[] part)
    {
        var token = server.Client.DefaultRequestHeaders.Authorization!.Parameter!;
        using var answer = JsonDocument.Parse(await NodePeer.RunAsync("helia.mjs", token, [server.Address.ToString(), cid, .. part]));
        return (answer.RootElement.GetProperty("bytes").GetInt32(), answer.RootElement.GetProperty("sha256").GetString()!);
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
