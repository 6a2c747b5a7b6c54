using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Access;

/// <summary>Every route, asked by another node for what its owner has there: nothing of that changes. A new route wants its line.</summary>
public sealed class OwnershipTests : IAsyncLifetime
{
    private const string Session = "M31";
    private const int Length = 5000;

    // What comes back: 404 for what is another's, or the asking node's own, which has nothing of the owner's in it. Content is everybody's
    // who has a token and knows its CID, and names are whose signature they bear.
    private static readonly Line[] Table =
    [
        new("GET /", 200, "/"),
        new("HEAD /", 200, "/"),
        new("POST /v0/car", 201, "/v0/car", t => Api.Car(t.OtherCar)),
        new("POST /v0/possession", 200, "/v0/possession", t => t.Question),
        new("GET /v0/pins", 200, "/v0/pins"),
        new("HEAD /v0/pins", 404, "/v0/pins"),
        new("GET /v0/pins/{id}", 404, "/v0/pins/PIN"),
        new("DELETE /v0/pins/{id}", 204, "/v0/pins/PIN"), // as for one that is gone already
        new("POST /v0/join", 403, "/v0/join", t => Api.Json(new { invite = "wandainvite_x", tokenSha256 = new string('0', 64) })),
        new("GET /v0/sessions/{session}", 404, $"/v0/sessions/{Session}"),
        new("PUT /v0/sessions/{session}", 200, $"/v0/sessions/{Session}", t => Api.Json(new { bytes = 1000 })), // one of its own
        new("DELETE /v0/sessions/{session}", 204, $"/v0/sessions/{Session}"),
        new("GET /v0/node", 200, "/v0/node"),
        new("GET /health", 200, "/health"),
        new("HEAD /health", 200, "/health"),
        new("GET /metrics", 200, "/metrics"),
        new("OPTIONS /v0/uploads", 204, "/v0/uploads"),
        new("POST /v0/uploads", 201, "/v0/uploads"), // one of its own, for the same content
        new("HEAD /v0/uploads/{id}", 404, "/v0/uploads/UPLOAD"),
        new("PATCH /v0/uploads/{id}", 404, "/v0/uploads/UPLOAD", t => Part(t.Car)),
        new("DELETE /v0/uploads/{id}", 404, "/v0/uploads/UPLOAD"),
        new("POST /v0/uploads/{id}", 404, "/v0/uploads/UPLOAD", t => Part(t.Car)),
        new("GET /psa/pins", 200, "/psa/pins"),
        new("POST /psa/pins", 202, "/psa/pins", t => Api.Json(new { cid = $"{t.Root}" })), // a pin of its own
        new("GET /psa/pins/{id}", 404, "/psa/pins/PIN"),
        new("POST /psa/pins/{id}", 404, "/psa/pins/PIN", t => Api.Json(new { cid = $"{t.Root}" })),
        new("DELETE /psa/pins/{id}", 404, "/psa/pins/PIN"),
        new("GET /pins/{**path}", 404, "/pins/PIN"),
        new("POST /pins/{**path}", 404, "/pins/PIN", t => Api.Json(new { cid = $"{t.Root}" })),
        new("DELETE /pins/{**path}", 404, "/pins/PIN"),
        new("GET /ipfs/{cid}/{**path}", 200, "/ipfs/ROOT"),
        new("HEAD /ipfs/{cid}/{**path}", 200, "/ipfs/ROOT"),
        new("GET /ipfs", 400, "/ipfs"),
        new("HEAD /ipfs", 400, "/ipfs"),
        new("POST /ipfs/{**path}", 405, "/ipfs/ROOT"),
        new("PUT /ipfs/{**path}", 405, "/ipfs/ROOT"),
        new("PATCH /ipfs/{**path}", 405, "/ipfs/ROOT"),
        new("DELETE /ipfs/{**path}", 405, "/ipfs/ROOT"),
        new("OPTIONS /ipfs/{**path}", 200, "/ipfs/ROOT"),
        new("OPTIONS /ipns/{**path}", 200, "/ipns/NAME"),
        new("OPTIONS /routing/{**path}", 200, "/routing/v1/ipns/NAME"),
        new("GET /routing/v1/providers/{cid}", 404, "/routing/v1/providers/ROOT"),
        new("HEAD /routing/v1/providers/{cid}", 404, "/routing/v1/providers/ROOT"),
        new("GET /ipns/{name}/{**path}", 307, "/ipns/NAME"),
        new("HEAD /ipns/{name}/{**path}", 307, "/ipns/NAME"),
        new("GET /routing/v1/ipns/{name}", 200, "/routing/v1/ipns/NAME"),
        new("HEAD /routing/v1/ipns/{name}", 200, "/routing/v1/ipns/NAME"),
        new("PUT /routing/v1/ipns/{name}", 400, "/routing/v1/ipns/NAME", _ => Record(NodeKey.Generate(), sequence: 9)),
    ];

    private readonly Things _things = new();
    private TestServer _server = null!;
    private HttpClient _hill = null!;

    public static TheoryData<string> Routes => [.. Table.Select(l => l.Route)];

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _hill = _server.ClientOf(TestServer.Hill);
        var owner = _server.Client;
        var frame = await Frame.MakeAsync(3000);
        (_things.Root, _things.Car) = (frame.Root, await frame.CarAsync());
        _things.OtherCar = await (await Frame.MakeAsync(3000, seed: 2)).CarAsync();
        await owner.PutAsync($"/v0/sessions/{Session}", Api.Json(new { bytes = 1_000_000 })).JsonAsync();
        _things.Pin = (string)(await owner.UploadAsync(_things.Car, $"session={Session}&number=7&capture=c1")
            .JsonAsync(HttpStatusCode.Created))["pinId"]!;
        _things.Upload = (await owner.BeginAsync(Length, "")).Segments[^1];
        using var begun = await owner.AppendAsync(new Uri(_server.Address, $"/v0/uploads/{_things.Upload}"), 0, new byte[100]);
        Assert.Equal(HttpStatusCode.NoContent, begun.StatusCode);
        using var published = await owner.PutAsync($"/routing/v1/ipns/{_things.Name}", Record(_things.Key, sequence: 3));
        Assert.Equal(HttpStatusCode.OK, published.StatusCode);
    }

    public async Task DisposeAsync()
    {
        _hill.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_route_of_the_server_has_a_line()
    {
        string folder = Directory.CreateTempSubdirectory("wanda-routes-").FullName;
        try
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore();
            await builder.AddPinningServerAsync(new PinningServerOptions { DataFolder = folder });
            await using var app = builder.Build();
            app.MapPinningServer();
            var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
                .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText}"));

            Assert.Equal(routes.Order(StringComparer.Ordinal), Table.Select(l => l.Route).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task Another_node_changes_nothing_of_the_owners(string route)
    {
        var line = Table.Single(l => l.Route == route);
        string before = await StateAsync();

        foreach (string instead in route == "POST /v0/uploads/{id}" ? new[] { "PATCH", "DELETE" } : [""])
        {
            using var answer = await AskAsync(line, instead);
            string body = await answer.Content.ReadAsStringAsync();

            Assert.True(line.Status == (int)answer.StatusCode, $"{line.Status} was expected, {answer.StatusCode} came: {body}");
            Assert.DoesNotContain(_things.Pin, body);
            Assert.DoesNotContain(_things.Upload, body);
            Assert.DoesNotContain(TestServer.Dome, body);
            Assert.DoesNotContain(_things.Upload, answer.Headers.Location?.OriginalString ?? "");
        }

        Assert.Equal(before, await StateAsync());
    }

    private async Task<HttpResponseMessage> AskAsync(Line line, string instead)
    {
        string path = line.Path.Replace("PIN", _things.Pin, StringComparison.Ordinal)
            .Replace("UPLOAD", _things.Upload, StringComparison.Ordinal)
            .Replace("ROOT", _things.Root.ToString(), StringComparison.Ordinal)
            .Replace("NAME", _things.Name, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(line.Route.Split(' ')[0]), path) { Content = line.Body?.Invoke(_things) };
        if (path.StartsWith("/v0/uploads", StringComparison.Ordinal))
        {
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Length", $"{Length}");
            request.Headers.Add("Upload-Offset", "100");
            if (instead.Length > 0)
                request.Headers.Add("X-HTTP-Method-Override", instead);
        }

        return await _hill.SendAsync(request);
    }

    // All that the owner has, as it sees it itself.
    private async Task<string> StateAsync()
    {
        var owner = _server.Client;
        var node = await owner.GetAsync("/v0/node").JsonAsync();
        using var upload = await owner.LookAsync(new Uri($"/v0/uploads/{_things.Upload}", UriKind.Relative));
        var possession = await owner.PostAsync("/v0/possession", _things.Question).JsonAsync();
        return string.Join('\n',
            await owner.GetStringAsync("/v0/pins"), await owner.GetStringAsync("/psa/pins"), node["pins"], node["bytes"],
            node["reservedBytes"], upload.StatusCode, upload.Offset(), await owner.GetStringAsync($"/v0/sessions/{Session}"),
            possession["digest"], possession["pinned"],
            Convert.ToBase64String(await owner.GetByteArrayAsync($"/routing/v1/ipns/{_things.Name}")));
    }

    private static ByteArrayContent Part(byte[] bytes) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };

    private static ByteArrayContent Record(NodeKey key, ulong sequence) =>
        new(IpnsRecord.Create(key, "/ipfs/bafkqaaa", sequence, TimeProvider.System.GetUtcNow().AddDays(3)).Bytes.ToArray())
        {
            Headers = { ContentType = new MediaTypeHeaderValue(IpnsRecord.MediaType) },
        };

    private sealed record Line(string Route, int Status, string Path, Func<Things, HttpContent>? Body = null);

    private sealed class Things
    {
        private readonly string _nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

        public NodeKey Key { get; } = NodeKey.Generate();
        public StringContent Question => Api.Json(new { cid = $"{Root}", nonce = _nonce });
        public string Name => Key.PeerId.IpnsName;
        public Cid Root { get; set; }
        public byte[] Car { get; set; } = [];
        public byte[] OtherCar { get; set; } = [];
        public string Pin { get; set; } = "";
        public string Upload { get; set; } = "";
    }
}
