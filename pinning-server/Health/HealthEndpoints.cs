using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary><c>/health</c> for load balancers and service managers, <c>/metrics</c> for Prometheus.</summary>
internal sealed class HealthEndpoints(
    PinDatabase database, PinReconciler reconciler, PinRemoval removal, IFrameStore frames, MetricsText metrics, DataFolder folder,
    PinningServerOptions options)
{
    private sealed record Health(string Status, string? Details, IReadOnlyList<string> Notices);

    /// <summary>200 when uploads can be taken, else 503 with the reason.</summary>
    public async Task HealthAsync(HttpContext context)
    {
        string? trouble = await TroubleAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        await context.AnswerAsync(
            trouble is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            new Health(trouble is null ? "ok" : "degraded", trouble, [.. Notices()]));
    }

    /// <summary>What its operator is to look at. Without names: whoever watches need not have a token.</summary>
    public IEnumerable<string> Notices()
    {
        if (reconciler.Remade > 0)
        {
            yield return $"{reconciler.Remade} pins were made again from the block store at this start, {reconciler.Unknown} of them "
                + "without their owner: pins.db is lost or older than blocks/. See wanda pinning-server pins.";
        }

        if (removal.MassUnpins is { Count: > 0 } unpins)
        {
            yield return $"{unpins.Count} nodes ended half of their pins within a day. "
                + "See wanda pinning-server pins --unpinned, and restore.";
        }
    }

    /// <summary>
    /// Prometheus text format 0.0.4: of the asking node, and nothing of others, unless the operator named it for that.
    /// </summary>
    public async Task MetricsAsync(HttpContext context)
    {
        string text = context.Caller() is { ReadsMetrics: false } node
            ? await metrics.OfAsync(node, context.RequestAborted)
            : await metrics.AllAsync(context.RequestAborted);
        context.Response.ContentType = MetricsText.MediaType;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Why uploads are refused; null when they are taken.</summary>
    public async Task<string?> TroubleAsync(CancellationToken cancellationToken)
    {
        if (folder.FreeBytes() < options.MinFreeBytes)
            return $"The disk has {folder.FreeBytes()} bytes free, less than the reserve of {options.MinFreeBytes}: uploads are refused.";
        try
        {
            await database.UsageAsync(cancellationToken);
            return await frames.TroubleAsync(cancellationToken);
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
