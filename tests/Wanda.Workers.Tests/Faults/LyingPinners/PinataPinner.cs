using Microsoft.AspNetCore.Http;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Pinata;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Workers.Tests.Faults.LyingPinners;

/// <summary>Pinata, as it is documented.</summary>
internal sealed class PinataPinner : Pinner
{
    private readonly PinataStandIn _pinata = new();
    private StandIn _server = null!;

    public override DestinationOptions Options => new()
    {
        Kind = "pinata",
        Url = new Uri(Proxy.Address, "v3").ToString(),
        UploadUrl = new Uri(Proxy.Address, "v3").ToString(),
        Gateway = Proxy.Address.ToString(),
        Token = Token,
        GatewayToken = Token,
        Public = true,
    };

    public override bool IsPush(HttpRequest request) => request is { Method: "POST", Path.Value: "/v3/files" };

    public override Cid? Reads(HttpRequest request) =>
        request.Path.StartsWithSegments("/ipfs", out var cid) ? Cid.Parse(cid.Value!.Trim('/')) : null;

    public override void KeepPrivate() =>
        Proxy.Answer = (_, json) => json.Replace("\"name\"", "\"network\":\"private\",\"name\"", StringComparison.Ordinal);

    public override void KeepNothing() => _pinata.AfterUpload = blocks => blocks.Clear();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
    }

    protected override async Task<Uri> ListenAsync() => (_server = await StandIn.StartAsync(_pinata.AnswerAsync)).Address;
}
