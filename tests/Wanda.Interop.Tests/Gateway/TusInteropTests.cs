using System.Text.Json;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Gateway;

/// <summary>A CAR that the tus project's own client sends to our pinning server, in parts, with a stop in the middle.</summary>
public sealed class TusInteropTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_frame_comes_in_parts_and_goes_on_where_it_stopped(bool withCreation)
    {
        await using var server = await TestServer.StartAsync();
        var frame = await Frame.MakeAsync(4_500_000, seed: 1);
        await File.WriteAllBytesAsync(_file, await frame.CarAsync());

        string token = server.Client.DefaultRequestHeaders.Authorization!.Parameter!;
        using var answer = JsonDocument.Parse(await NodePeer.RunAsync(
            "tus.mjs", token, new Uri(server.Address, "/v0/uploads").ToString(), _file, frame.Root.ToString(),
            withCreation ? "true" : "false", "2"));

        Assert.Equal(2_000_000, answer.RootElement.GetProperty("resumedAt").GetInt64());
        Assert.Equal((string)Assert.Single(await server.Client.PinsAsync())!["pinId"]!, answer.RootElement.GetProperty("pin").GetString());
        Assert.Equal(frame.Content, await server.Client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }
}
