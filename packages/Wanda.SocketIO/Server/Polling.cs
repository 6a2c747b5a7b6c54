using System.Text;
using Microsoft.AspNetCore.Http;
using Wanda.SocketIO.Protocol;

namespace Wanda.SocketIO.Server;

/// <summary>Long-polling: a GET waits for what there is, a POST brings something.</summary>
internal static class Polling
{
    public static Task HandleAsync(HttpContext context, Session session, SocketIOOptions options)
    {
        if (!session.Polls)
            return Refusal.BadRequest.WriteAsync(context);
        if (HttpMethods.IsGet(context.Request.Method))
            return GetAsync(context, session);
        return HttpMethods.IsPost(context.Request.Method) ? PostAsync(context, session, options) : Refusal.BadMethod.WriteAsync(context);
    }

    public static Task WriteAsync(HttpContext context, string payload)
    {
        context.Response.ContentType = "text/plain; charset=UTF-8";
        return context.Response.WriteAsync(payload);
    }

    private static async Task GetAsync(HttpContext context, Session session)
    {
        using var turn = session.Getting.TryEnter();
        if (turn is null)
        {
            session.Close(); // two at a time: they would tear the order apart
            await Refusal.BadRequest.WriteAsync(context).ConfigureAwait(false);
            return;
        }

        string payload;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, session.Closing, session.Moving);
        try
        {
            payload = EngineIO.Join(await session.TakeAsync(waiting.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            payload = $"{(session.Closing.IsCancellationRequested ? EngineIO.Close : EngineIO.Noop)}";
        }

        await WriteAsync(context, payload).ConfigureAwait(false);
    }

    private static async Task PostAsync(HttpContext context, Session session, SocketIOOptions options)
    {
        using var turn = session.Posting.TryEnter();
        try
        {
            if (turn is null)
                throw new SocketIOException("Two requests brought something at a time.");
            if (await ReadAsync(context.Request, options.MaxPayload).ConfigureAwait(false) is not { } payload)
            {
                session.Close();
                await Refusal.TooLarge.WriteAsync(context).ConfigureAwait(false);
                return;
            }

            foreach (var packet in EngineIO.Split(payload, options.MaxQueued))
                await session.ReceiveAsync(packet).ConfigureAwait(false);
        }
        catch (SocketIOException)
        {
            session.Close();
            await Refusal.BadRequest.WriteAsync(context).ConfigureAwait(false);
            return;
        }

        await WriteAsync(context, "ok").ConfigureAwait(false);
    }

    /// <summary>Null when it is too long.</summary>
    private static async Task<string?> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted).ConfigureAwait(false) is > 0 and var read)
        {
            if (body.Length + read > most)
                return null;
            body.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }
}
