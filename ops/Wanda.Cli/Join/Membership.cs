using System.Net;
using Wanda.Ipfs;
using Wanda.Ops;
using Wanda.PinningServer;

namespace Wanda.Cli.Join;

/// <summary>What a node has at a server that it joined.</summary>
internal sealed record Joined(Uri Url, string Node, long? QuotaBytes, DateTimeOffset? Expires, bool AddOnly, string TokenFile);

/// <summary>
/// Redeems an invite. The token is made here and is on disk before the server hears of it, under another name until the server said yes: a
/// lost answer or a crash costs nothing, the same command again goes on.
/// </summary>
internal static class Membership
{
    /// <summary>A server's address; a secret goes there, so over TLS or within this machine.</summary>
    /// <exception cref="OpsException">It is none.</exception>
    public static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0
            ? url
            : throw new OpsException($"{text} is no address that a secret may go to: write https://HOST, without a password or a query.");

    /// <exception cref="OpsException">The server says no, or is not to be reached; the message says what to do.</exception>
    public static async Task<Joined> JoinAsync(Uri server, string invite, string tokenFile, CancellationToken cancellationToken)
    {
        var token = Token(tokenFile + ".new");
        using var client = new WandaServerClient(new RemoteEndpoint(server) { Tries = 1 }, TimeProvider.System);
        try
        {
            var welcome = await client.JoinAsync(invite, AccessToken.Hash(token), cancellationToken);
            File.Move(tokenFile + ".new", tokenFile, overwrite: true);
            return new Joined(server, welcome.Node, welcome.QuotaBytes, welcome.Expires, welcome.AddOnly, tokenFile);
        }
        catch (RemoteException e)
        {
            throw new OpsException(Explain(server, e));
        }
    }

    private static string Explain(Uri server, RemoteException e) => e.Status switch
    {
        null => $"{server.Host} cannot be reached, or is no pinning server: it {e.Detail} Run the same command again.",
        HttpStatusCode.NotFound => $"{server.Host} answers 404: it is no pinning server, or one that knows no invites.",
        >= HttpStatusCode.Moved and < HttpStatusCode.BadRequest => $"{server.Host} redirects. An invite goes to the server that you name "
            + "and to no other: give the address it really has.",
        { } status => $"{server.Host} answers {(int)status}: {e.Said ?? "no reason given."}",
    };

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
}
