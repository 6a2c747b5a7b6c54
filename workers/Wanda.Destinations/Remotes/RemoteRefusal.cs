using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>What the failures of the clients in <c>Wanda.Ipfs</c> mean for a destination.</summary>
internal static class RemoteRefusal
{
    /// <summary>While something is sent, or asked for.</summary>
    /// <param name="name">The destination.</param>
    /// <param name="e">The failure.</param>
    /// <param name="what">What was asked, such as the frame's name.</param>
    /// <param name="kind">What should be at that address, such as <c>a pinning service</c>.</param>
    public static Exception Of(string name, RemoteException e, string what, string kind) => e switch
    {
        { Status: { } status } => Refusal.Of(name, (int)status, e.Detail, e.RetryAfter, what, kind),
        { Failure: RemoteFailure.Unavailable } => new DestinationDownException($"{name} {e.Detail}", e.RetryAfter, inner: e),
        _ => new DestinationDownException($"{name} {e.Detail} It answers something else than {kind} does: check its address.", e.RetryAfter, needsOperator: true, e),
    };

    /// <summary>While a copy is read back: what is not there, or is nonsense, is a copy that it does not hold.</summary>
    public static Exception WhileReading(string name, RemoteException e) =>
        e.Failure switch
        {
            RemoteFailure.NotFound or RemoteFailure.Malformed => new NotHeldException(e.Message),
            RemoteFailure.Denied => new DestinationDownException(
                $"{name}'s gateway {e.Detail} Write its own token to \"gatewayToken\" or \"gatewayTokenFile\".", e.RetryAfter, needsOperator: true, e),
            _ => Of(name, e, "a request", "a gateway"),
        };
}
