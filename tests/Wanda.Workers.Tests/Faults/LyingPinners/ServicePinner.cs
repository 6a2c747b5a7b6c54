using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults.LyingPinners;

/// <summary>A pinning service: our own server, by nothing but the Pinning Service API, its CAR upload and its gateway.</summary>
internal sealed class ServicePinner : Pinner
{
    private RealServer _server = null!;

    public override DestinationOptions Options => new()
    {
        Kind = "pinning-service",
        Url = new Uri(Proxy.Address, "psa").ToString(),
        CarUrl = new Uri(Proxy.Address, "v0/car").ToString(),
        Gateway = Proxy.Address.ToString(), // the same host and port: it is shown the same token
        Token = _server.Token,
        Public = true,
    };

    public override bool IsPush(HttpRequest request) => request is { Method: "POST", Path.Value: "/v0/car" or "/psa/pins" };

    public override Cid? Reads(HttpRequest request) =>
        request.Path.StartsWithSegments("/ipfs", out var cid) ? Cid.Parse(cid.Value!.Trim('/')) : null;

    public override void KeepNothing()
    {
        var pins = new List<object>();
        Proxy.Fault = async context =>
        {
            if (context.Request.Path == "/v0/car")
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                return true;
            }

            if (context.Request.Path != "/psa/pins")
                return false;
            if (context.Request.Method == "POST")
            {
                using var asked = await JsonDocument.ParseAsync(context.Request.Body);
                var pin = new
                {
                    requestid = $"r{pins.Count}",
                    status = "pinned",
                    created = "2026-01-01T00:00:00Z",
                    pin = new
                    {
                        cid = asked.RootElement.GetProperty("cid").GetString(),
                        name = asked.RootElement.GetProperty("name").GetString(),
                    },
                    delegates = Array.Empty<string>(),
                };
                pins.Add(pin);
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                await context.Response.WriteAsJsonAsync(pin);
            }
            else
            {
                await context.Response.WriteAsJsonAsync(new { count = pins.Count, results = pins });
            }

            return true;
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
    }

    protected override async Task<Uri> ListenAsync() => (_server = await RealServer.StartAsync()).Address;
}
