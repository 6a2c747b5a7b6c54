using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Wanda.Ops;
using Wanda.PinningServer;

namespace Wanda.Cli.Join;

/// <summary>What a node has at a server that it joined.</summary>
internal sealed record Joined(Uri Url, string Node, long? QuotaBytes, DateTimeOffset? Expires, string TokenFile);

/// <summary>
/// Redeems an invite. The token is made here and is on disk before the server hears of it, under another name until the server said yes: a
/// lost answer or a crash costs nothing, the same command again goes on.
/// </summary>
internal static class Membership
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private sealed record Welcome(string Node, long? QuotaBytes, DateTimeOffset? Expires);

    /// <summary>A server's address; a secret goes there, so over TLS or within this machine.</summary>
    /// <exception cref="OpsException">It is none.</exception>
    public static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new OpsException($"{text} is no address that a secret may go to: write https://HOST.");

    /// <exception cref="OpsException">The server says no, or is not to be reached; the message says what to do.</exception>
    public static async Task<Joined> JoinAsync(Uri server, string invite, string tokenFile, CancellationToken cancellationToken)
    {
        var token = Token(tokenFile + ".new");
        using var http = new HttpClient { Timeout = Patience };
        var address = new Uri(server.AbsoluteUri.TrimEnd('/') + "/v0/join");
        try
        {
            using var answer = await http.PostAsJsonAsync(address,
                new { invite, tokenSha256 = AccessToken.Hash(token) }, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new OpsException($"{server.Host} answers {(int)answer.StatusCode}: {await ReasonAsync(answer, cancellationToken)}");
            var welcome = await answer.Content.ReadFromJsonAsync<Welcome>(cancellationToken)
                ?? throw new OpsException($"{server.Host} answers with nothing; is it a pinning server?");
            File.Move(tokenFile + ".new", tokenFile, overwrite: true);
            return new Joined(server, welcome.Node, welcome.QuotaBytes, welcome.Expires, tokenFile);
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new OpsException($"{server.Host} cannot be reached, or is no pinning server: {e.Message} Run the same command again.");
        }
    }

    // What an earlier attempt left is taken up: the server may have heard of that token already.
    private static string Token(string path)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SecretFile.Write(path, AccessToken.Generate());
        }

        var token = File.ReadAllText(path).Trim();
        return token.Length >= AccessToken.MinLength
            ? token
            : throw new OpsException($"{path} is no token; remove it and run the same command again.");
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return "it is no pinning server, or one that knows no invites.";
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return (string?)JsonNode.Parse(text)?["error"]?["details"] ?? "no reason given.";
        }
        catch (System.Text.Json.JsonException)
        {
            return "no reason given.";
        }
    }
}
