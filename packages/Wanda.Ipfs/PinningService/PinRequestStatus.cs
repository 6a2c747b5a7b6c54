namespace Wanda.Ipfs;

/// <summary>How far a pinning service says it is. Its word is no proof that it holds the bytes.</summary>
public enum PinRequestState
{
    /// <summary>It will begin some time.</summary>
    Queued,

    /// <summary>It is fetching.</summary>
    Pinning,

    /// <summary>It says that it has everything.</summary>
    Pinned,

    /// <summary>It gave up; <see cref="PinRequestStatus.Details"/> may tell why.</summary>
    Failed,
}

/// <summary>A pin as the service tells it.</summary>
/// <param name="RequestId">
/// The service's name for this pin: what <see cref="PinningServiceClient"/> finds, replaces and removes it by. Keep it.
/// </param>
/// <param name="State">How far it is.</param>
/// <param name="Created">When it was asked for, by the service's clock.</param>
/// <param name="Pin">What was asked for.</param>
/// <param name="Delegates">Multiaddresses of the service's peers, to be connected to so that they can fetch.</param>
/// <param name="Info">What else the service tells, in words of its own.</param>
public sealed record PinRequestStatus(
    string RequestId, PinRequestState State, DateTimeOffset Created, PinRequest Pin, IReadOnlyList<string> Delegates,
    IReadOnlyDictionary<string, string> Info)
{
    /// <summary>Why it is in this state (<c>info.status_details</c>); null when the service does not say.</summary>
    public string? Details => Info.GetValueOrDefault("status_details");
}
