using System.Net.Http.Headers;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>A node that comes by an invite.</summary>
internal static class Joining
{
    public static async Task<HttpResponseMessage> JoinAsync(this TestServer server, string invite, string token)
    {
        using var stranger = server.ClientOf(null);
        return await stranger.PostAsync("/v0/join", Api.Json(new { invite, tokenSha256 = AccessToken.Hash(token) }));
    }

    public static HttpClient With(this TestServer server, string token)
    {
        var client = server.ClientOf(null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Invites a node, which joins at once.</summary>
    public static async Task<HttpClient> JoinedAsync(this TestServer server, PinningServerOperator operators, Invitation invitation)
    {
        string token = AccessToken.Generate();
        await server.JoinAsync(await operators.InviteAsync(invitation), token).JsonAsync();
        return server.With(token);
    }

    /// <summary>Waits until a token is refused, and gives the sentence that says why.</summary>
    public static async Task<string> RefusalAsync(this HttpClient node)
    {
        string? why = null;
        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await node.GetAsync("/v0/node");
            if (answer.StatusCode != System.Net.HttpStatusCode.Unauthorized)
                return false;
            why = (string)System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["details"]!;
            return true;
        }, "the token is refused");
        return why!;
    }
}
