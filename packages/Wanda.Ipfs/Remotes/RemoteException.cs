using System.Net;

namespace Wanda.Ipfs;

/// <summary>What a caller can do about a remote that did not do what it was asked.</summary>
public enum RemoteFailure
{
    /// <summary>
    /// Not reached, broke off, made no progress, or said that it is busy or broken (429, 5xx): the same request may work later.
    /// </summary>
    Unavailable,

    /// <summary>It refuses our token, or wants one (401, 403): waiting does not help.</summary>
    Denied,

    /// <summary>It has no such thing, or no such operation (404, 405, 410).</summary>
    NotFound,

    /// <summary>It understood and refuses, or redirects: the reason is in the message.</summary>
    Rejected,

    /// <summary>Its answer is not what the protocol says, contradicts what was asked, or exceeds a bound.</summary>
    Malformed,
}

/// <summary>A remote service did not do what it was asked; the message says which one, and what it said. It never holds a token.</summary>
public class RemoteException(string remote, RemoteFailure failure, string detail, Exception? inner = null)
    : IOException($"{remote} {detail}", inner)
{
    /// <summary>The remote's <see cref="RemoteEndpoint.Name"/>.</summary>
    public string Remote { get; } = remote;

    /// <summary>What can be done about it.</summary>
    public RemoteFailure Failure { get; } = failure;

    /// <summary>What happened, without the remote's name.</summary>
    public string Detail { get; } = detail;

    /// <summary>The status of its answer; null when there was none, or it is not what is wrong.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>
    /// What it calls the reason, for machines (<c>INSUFFICIENT_FUNDS</c>), where its errors are those of the Pinning Service API; null
    /// else.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>What it said itself, on one line; null when it said nothing.</summary>
    public string? Said { get; init; }

    /// <summary>How long it asks to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether it had <see cref="RemoteEndpoint.Patience"/> and was silent or too slow: it is not given as much again at once.
    /// </summary>
    internal bool WasWaitedFor { get; init; }
}
