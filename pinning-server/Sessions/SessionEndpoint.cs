using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>
/// <c>/v0/sessions/{session}</c>: a node says at dusk how much the night will bring, and hears then, and not half-way, whether it fits.
/// What is promised to a session is for its uploads alone until it ends.
/// </summary>
internal sealed class SessionEndpoint(PromiseTable table, QuotaLedger ledger, PinningServerOptions options, TimeProvider time)
{
    private sealed record Wish(long Bytes);

    private sealed record View(string Session, long Bytes, long ArrivedBytes, long RemainingBytes, DateTimeOffset Expires);

    /// <summary><c>PUT</c>: keeps room, or another amount instead, or the same for longer.</summary>
    public async Task PutAsync(HttpContext context, string session)
    {
        var node = context.Caller();
        var wish = await context.ReadJsonAsync<Wish>();
        if (wish.Bytes < 1 || session.Length > QueryValues.MaxText || session.Contains('\0'))
        {
            throw ApiException.BadRequest(
                $"\"bytes\" is 1 or more, and the session has at most {QueryValues.MaxText} characters and no NUL.");
        }

        long arrived = await table.ArrivedAsync(node.Name, session, context.RequestAborted);
        ledger.Promise(node, session, wish.Bytes, arrived);
        var promise = new SessionPromise(node.Name, session, wish.Bytes, time.GetUtcNow() + options.SessionLifetime);
        if (!await table.PutAsync(promise, options.MaxSessions, context.RequestAborted))
        {
            ledger.EndPromise(node.Name, session);
            throw new ApiException(StatusCodes.Status429TooManyRequests, "TOO_MANY_SESSIONS",
                $"Room is kept for {options.MaxSessions} of your sessions already; end some.");
        }

        await AnswerAsync(context, promise, arrived);
    }

    /// <summary><c>GET</c>.</summary>
    public async Task GetAsync(HttpContext context, string session)
    {
        var promise = await table.FindAsync(context.Caller().Name, session, context.RequestAborted)
            ?? throw ApiException.NotFound("No room is kept for this session: none was asked for, or it ended.");
        await AnswerAsync(context, promise, await table.ArrivedAsync(promise.Node, session, context.RequestAborted));
    }

    /// <summary><c>DELETE</c>: gives back what has not been used. What came is kept.</summary>
    public async Task DeleteAsync(HttpContext context, string session)
    {
        await EndAsync(context.Caller().Name, session, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Takes up what was promised before a restart.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var promise in await table.AllAsync(cancellationToken))
        {
            ledger.RestorePromise(promise.Node, promise.Session, promise.Bytes,
                await table.ArrivedAsync(promise.Node, promise.Session, cancellationToken));
        }
    }

    /// <summary>Ends what nobody renewed.</summary>
    public async Task EndExpiredAsync(CancellationToken cancellationToken)
    {
        foreach (var promise in (await table.AllAsync(cancellationToken)).Where(p => p.Expires <= time.GetUtcNow()))
            await EndAsync(promise.Node, promise.Session, cancellationToken);
    }

    private async Task EndAsync(string node, string session, CancellationToken cancellationToken)
    {
        await table.DeleteAsync(node, session, cancellationToken);
        ledger.EndPromise(node, session);
    }

    private static Task AnswerAsync(HttpContext context, SessionPromise promise, long arrived) => context.AnswerAsync(
        StatusCodes.Status200OK, new View(promise.Session, promise.Bytes, arrived, Math.Max(0, promise.Bytes - arrived), promise.Expires));
}
