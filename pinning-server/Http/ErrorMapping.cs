using Microsoft.AspNetCore.Http;
using Sqlite.Shared;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>The one place where failures become answers.</summary>
internal static class ErrorMapping
{
    public static ApiException Map(Exception error) => error switch
    {
        ApiException api => api,
        BlockMismatchException or CarFormatException => new ApiException(400, "BAD_CAR", error.Message),
        DagFormatException => new ApiException(400, "BAD_DAG", error.Message),
        BlockNotFoundException or PathNotFoundException => ApiException.NotFound(error.Message),
        RemoteException remote => new ApiException(503, "STORE_UNAVAILABLE", remote.Message, remote.RetryAfter ?? TimeSpan.FromSeconds(30)),
        IpnsRecordException or KeyFormatException => new ApiException(400, "BAD_RECORD", error.Message),
        NotSupportedException => ApiException.BadRequest(error.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new ApiException(413, "PAYLOAD_TOO_LARGE", "The body is larger than this server takes."),
        BadHttpRequestException bad => new ApiException(bad.StatusCode, "BAD_REQUEST", bad.Message),
        SqliteFileException { Failure: SqliteFailure.DiskFull } => DiskFull(error),
        IOException when IsDiskFull(error) => DiskFull(error),
        _ => new ApiException(500, "INTERNAL_SERVER_ERROR", "The server failed; its log says how. Nothing was promised."),
    };

    // ENOSPC and EDQUOT, as .NET carries them on Linux.
    private static bool IsDiskFull(Exception error) => error.HResult is 28 or 122 or unchecked((int)0x80070070);

    private static ApiException DiskFull(Exception error) =>
        new(StatusCodes.Status507InsufficientStorage, "DISK_FULL", $"The server's disk is full: {error.Message}", TimeSpan.FromMinutes(5));
}
