using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>The server's paths as a client writes them.</summary>
internal static class Api
{
    public static Task<HttpResponseMessage> UploadAsync(this HttpClient client, byte[] car, string query = "") =>
        client.PostAsync($"/v0/car?{query}", Car(car));

    public static ByteArrayContent Car(byte[] car) =>
        new(car) { Headers = { ContentType = new MediaTypeHeaderValue("application/vnd.ipld.car") } };

    public static async Task<JsonNode> JsonAsync(this Task<HttpResponseMessage> response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await response;
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(expected == answer.StatusCode, $"{expected} was expected, {answer.StatusCode} came: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Asserts an error answer and gives its reason.</summary>
    public static async Task<string> RefusedAsync(this Task<HttpResponseMessage> response, HttpStatusCode expected) =>
        (string)(await JsonAsync(response, expected))["error"]!["reason"]!;

    public static StringContent Json(object value) => new(JsonSerializer.Serialize(value), MediaTypeHeaderValue.Parse("application/json"));

    public static async Task<JsonArray> PinsAsync(this HttpClient client, string query = "") =>
        (await client.GetAsync($"/v0/pins?{query}").JsonAsync())["pins"]!.AsArray();

    /// <summary>Asks about a frame, all of whose blocks are named or none.</summary>
    public static Task<HttpResponseMessage> AskAsync(this HttpClient client, Frame frame, bool listed) =>
        client.PostAsync("/v0/possession", Api.Json(new
        {
            cid = frame.Root.ToString(),
            nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            blocks = listed ? frame.Blocks.Select(b => b.ToString()) : null,
        }));
}
