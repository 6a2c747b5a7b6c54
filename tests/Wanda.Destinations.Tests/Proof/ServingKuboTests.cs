using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.Destinations.Tests.Proof;

/// <summary>The rule for a Kubo of ours: it serves, unless its own configuration says that it cannot.</summary>
public sealed class ServingKuboTests
{
    private static readonly Cid Cid = Cid.Parse("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");

    [Theory]
    [InlineData("""{ "Addresses": { "Swarm": ["/ip4/0.0.0.0/tcp/4001"] }, "Routing": {} }""", true)]
    [InlineData("""{ "Bitswap": { "ServerEnabled": true } }""", true)]
    [InlineData("""{ "Bitswap": { "ServerEnabled": null } }""", true)]
    [InlineData("""{ "Addresses": { "Swarm": [] } }""", true)]
    [InlineData("""{ "Addresses": { "Swarm": [] }, "Routing": { "Type": "none" } }""", false)]
    [InlineData("""{ "Bitswap": { "ServerEnabled": false }, "Addresses": { "Swarm": ["/ip4/0.0.0.0/tcp/4001"] } }""", false)]
    [InlineData("[]", true)]
    [InlineData("no JSON", true)]
    public async Task It_serves_unless_its_configuration_says_that_it_cannot(string configuration, bool serves)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        await using var kubo = builder.Build();
        kubo.Run(context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(configuration);
        });
        await kubo.StartAsync();
        Assert.Equal(serves, await AskAsync(new Uri(kubo.Urls.Single())) is not null);
    }

    [Fact]
    public async Task One_that_is_not_there_serves_nobody()
    {
        using var closed = new HeldPort();
        Assert.Null(await AskAsync(new Uri($"http://127.0.0.1:{closed.Number}")));
    }

    private static async Task<string?> AskAsync(Uri address)
    {
        using var client = new KuboClient(new RemoteEndpoint(address) { Tries = 1 }, TimeProvider.System);
        return await new ServingKubo(client).ServingAsync(Cid, default);
    }
}
