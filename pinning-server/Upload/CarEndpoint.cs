using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary><c>POST /v0/car</c>: a CAR with one root, kept for the caller's node. 201 when it is new, 200 when it was here.</summary>
internal sealed class CarEndpoint(
    CarIntake intake, PinSettler settler, UploadSlots slots, QuotaLedger ledger, PinningServerOptions options, ServerMetrics metrics)
{
    public async Task TakeAsync(HttpContext context)
    {
        var node = context.Caller();
        if (context.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "BAD_REQUEST",
                "A form was sent. Send the CAR itself as the body, as application/vnd.ipld.car (curl: --data-binary @FILE).");
        }

        var request = UploadRequest.Read(context.Request.Query);
        using var slot = slots.Take(node);
        await using var body = new MeteredStream(context.Request.Body, node, request.Session, ledger, options.MaxUploadBytes);
        try
        {
            body.Reserve(context.Request.ContentLength);
            UploadLimits.BePatient(context, options);
            var (pin, created) = await intake.TakeAsync(node, request, body, context.RequestAborted);
            metrics.Uploaded(node.Name, body.Received);
            body.Dispose(); // Ends the reservation: the bytes are counted as kept from here on, and must not count twice.
            await context.AnswerAsync(created ? StatusCodes.Status201Created : StatusCodes.Status200OK, PinView.Of(pin));
        }
        catch
        {
            metrics.UploadFailed(node.Name);
            throw;
        }

        settler.Wake();
    }
}
