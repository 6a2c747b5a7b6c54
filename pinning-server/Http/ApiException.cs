namespace Wanda.PinningServer;

/// <summary>
/// A request that ends with an error answer in the shape of the Pinning Service API: <c>{"error":{"reason","details"}}</c>.
/// </summary>
internal sealed class ApiException(int status, string reason, string details, TimeSpan? retryAfter = null) : Exception(details)
{
    public int Status { get; } = status;

    /// <summary>For machines.</summary>
    public string Reason { get; } = reason;

    /// <summary>When it is worth asking again.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    public static ApiException BadRequest(string details) => new(400, "BAD_REQUEST", details);

    public static ApiException NotFound(string details) => new(404, "NOT_FOUND", details);
}
