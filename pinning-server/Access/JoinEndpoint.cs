using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>
/// <c>POST /v0/join</c>: an invite for a token. The node makes the token and writes it down before it asks; this server is told its hash.
/// So no answer carries a secret, and whoever lost the answer asks again.
/// </summary>
internal sealed class JoinEndpoint(AccountTable accounts, NodeRegistry nodes, WrongTokens wrong, TimeProvider time)
{
    private const int HashBytes = 32;

    private sealed record Wish(string? Invite, string? TokenSha256);

    private sealed record Welcome(string Node, long? QuotaBytes, DateTimeOffset? Expires, bool AddOnly);

    public async Task JoinAsync(HttpContext context)
    {
        var wish = await context.ReadJsonAsync<Wish>();
        if (wish.Invite is not { Length: > 0 and <= QueryValues.MaxText } || wish.TokenSha256?.Length != 2 * HashBytes
            || !wish.TokenSha256.All(char.IsAsciiHexDigit))
        {
            throw ApiException.BadRequest(
                "\"invite\" and \"tokenSha256\" (the SHA-256 of the token that the node made, 64 hexadecimal digits) are needed.");
        }

        byte[] token = Convert.FromHexString(wish.TokenSha256);
        var invitation = await wrong.TryInviteAsync(context,
            () => accounts.RedeemAsync(InviteCode.Hash(wish.Invite), token, time.GetUtcNow(), context.RequestAborted));
        await nodes.RefreshAsync(context.RequestAborted);
        await context.AnswerAsync(StatusCodes.Status200OK, new Welcome(
            invitation.Node, nodes.QuotaOf(invitation.QuotaBytes), invitation.TokenExpires, invitation.AddOnly));
    }
}
