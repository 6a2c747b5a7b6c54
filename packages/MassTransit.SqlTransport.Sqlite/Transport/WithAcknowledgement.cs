namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// The mark of a message that need not be on disk before the one is acknowledged whose consumer sends it. Both are in one log, and the
/// acknowledgement, which waits for the disk, comes after it.
/// </summary>
internal sealed class WithAcknowledgement
{
    private static readonly WithAcknowledgement Instance = new();

    public static void Mark(SendContext context) => context.GetOrAddPayload(() => Instance);

    // Somebody may keep an endpoint for later, when no acknowledgement follows.
    public static bool IsOn(SendContext context) =>
        context.HasPayloadType(typeof(WithAcknowledgement)) && context.TryGetPayload<ConsumeContext>(out _);
}
