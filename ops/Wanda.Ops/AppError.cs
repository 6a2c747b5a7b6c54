using Microsoft.AspNetCore.Http;

namespace Wanda.Ops;

/// <summary>What did not work, as the WANDA app's page is told: a word and the status that goes with it.</summary>
/// <param name="Code">The word.</param>
/// <param name="Status">Of HTTP.</param>
internal sealed record AppError(string Code, int Status)
{
    public static AppError DaemonOffline { get; } = new("IPFS_DAEMON_OFFLINE", StatusCodes.Status503ServiceUnavailable);

    public static AppError DaemonUnreachable { get; } = new("IPFS_DAEMON_UNREACHABLE", StatusCodes.Status503ServiceUnavailable);

    public static AppError PeerUnreachable { get; } = new("IPFS_PEER_UNREACHABLE", StatusCodes.Status503ServiceUnavailable);

    public static AppError Timeout { get; } = new("IPFS_TIMEOUT", StatusCodes.Status504GatewayTimeout);

    public static AppError CidNotFound { get; } = new("IPFS_CID_NOT_FOUND", StatusCodes.Status404NotFound);

    public static AppError InvalidCid { get; } = new("IPFS_INVALID_CID", StatusCodes.Status400BadRequest);

    public static AppError PinFailed { get; } = new("IPFS_PIN_FAILED", StatusCodes.Status500InternalServerError);

    public static AppError UnpinFailed { get; } = new("IPFS_UNPIN_FAILED", StatusCodes.Status500InternalServerError);

    public static AppError StorageFull { get; } = new("IPFS_STORAGE_FULL", StatusCodes.Status507InsufficientStorage);

    public static AppError NotFound { get; } = new("NOT_FOUND", StatusCodes.Status404NotFound);

    public static AppError InvalidRequest { get; } = new("INVALID_REQUEST", StatusCodes.Status400BadRequest);

    public static AppError Unauthorized { get; } = new("UNAUTHORIZED", StatusCodes.Status401Unauthorized);

    public static AppError Forbidden { get; } = new("FORBIDDEN", StatusCodes.Status403Forbidden);

    public static AppError TooManyRequests { get; } = new("RATE_LIMITED", StatusCodes.Status429TooManyRequests);

    public static AppError Unreachable { get; } = new("APP_UNREACHABLE", StatusCodes.Status502BadGateway);

    public static AppError Node { get; } = new("NODE_ERROR", StatusCodes.Status500InternalServerError);
}

/// <summary>What the page asked for cannot be done; the message says why.</summary>
internal sealed class AppException(AppError error, string message, Exception? inner = null) : OpsException(message, inner)
{
    public AppError Error { get; } = error;

    /// <summary>When it may be asked again; null for whenever.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
