using Microsoft.AspNetCore.Http;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ipfs.Tests.Kubo;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Workers.Tests.Faults.LyingPinners;

/// <summary>A Kubo on another machine.</summary>
internal sealed class KuboPinner : Pinner
{
    private StandIn _server = null!;

    public override DestinationOptions Options => new() { Kind = "kubo", Url = Proxy.Address.ToString(), Token = Token, Public = true };

    public override bool IsPush(HttpRequest request) => request.Path == "/api/v0/dag/import";

    public override Cid? Reads(HttpRequest request) => request.Path == "/api/v0/block/get" ? Cid.Parse(request.Query["arg"]!) : null;

    public override bool IsCar(HttpRequest request) => false;

    public override Task MissingAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return context.Response.WriteAsJsonAsync(new Dictionary<string, object>
        {
            ["Message"] = "block was not found locally (offline): ipld: could not find it",
            ["Code"] = 0,
            ["Type"] = "error",
        });
    }

    public override void KeepNothing() => Proxy.Fault = async context =>
    {
        if (Reads(context.Request) is null)
            return false;
        await MissingAsync(context);
        return true;
    };

    // As Kubo does: "offline" is its promise not to ask anybody.
    public override bool MayFetch(HttpRequest request) => request.Query["offline"] != "true";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
    }

    protected override async Task<Uri> ListenAsync() => (_server = await StandIn.StartAsync(new KuboStandIn().AnswerAsync)).Address;
}
