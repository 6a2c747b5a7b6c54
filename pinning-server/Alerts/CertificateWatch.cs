using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>
/// When the certificate ends by which nodes know this server: that of <see cref="PinningServerOptions.CertificateFile"/>, or the one that
/// <see cref="PinningServerOptions.PublicUrl"/> shows. Whether it is good is for the nodes to say.
/// </summary>
internal sealed partial class CertificateWatch(PinningServerOptions options, TimeProvider time, ILogger<CertificateWatch> log)
{
    private const int MaxFileBytes = 1 << 20;

    private static readonly TimeSpan EveryFile = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5); // the operator's page waits for it

    private DateTimeOffset? _end;
    private (long At, TimeSpan For)? _looked;

    /// <summary>Whether there is one to be looked at.</summary>
    public bool IsWatched => options.CertificateFile is not null || options.PublicAddress?.Scheme == Uri.UriSchemeHttps;

    /// <summary>When it ends, as of the last hours; null when it could not be seen.</summary>
    public async Task<DateTimeOffset?> EndAsync(CancellationToken cancellationToken)
    {
        if (_looked is var (at, wait) && time.GetElapsedTime(at) < wait)
            return _end;
        try
        {
            using var limit = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            _end = options.CertificateFile is { } file ? await ReadAsync(file, either.Token) : await AskAsync(either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is IOException or SocketException or AuthenticationException or CryptographicException or UnauthorizedAccessException
                or OperationCanceledException)
        {
            _end = null;
            NotSeen(options.CertificateFile ?? options.PublicAddress!.Authority, e.Message);
        }

        _looked = (time.GetTimestamp(), options.CertificateFile is not null ? EveryFile : _end is null ? AgainAfter : Every);
        return _end;
    }

    private static async Task<DateTimeOffset> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (new FileInfo(file).Length > MaxFileBytes)
            throw new IOException($"it has more than {MaxFileBytes} bytes");
        using var certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(file, cancellationToken));
        return certificate.NotAfter.ToUniversalTime();
    }

    private async Task<DateTimeOffset> AskAsync(CancellationToken cancellationToken)
    {
        var at = options.PublicAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(at.IdnHost, at.Port, cancellationToken);
        DateTimeOffset? end = null;
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: true, (_, certificate, _, _) =>
        {
            end = (certificate as X509Certificate2)?.NotAfter.ToUniversalTime();
            return true; // Nothing is sent: it is looked at, and that is all.
        });
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = at.IdnHost }, cancellationToken);
        return end ?? throw new AuthenticationException("it showed none");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of {Where} could not be looked at, so nobody is told before it "
        + "ends: {Reason}. Where this machine does not reach its own public address, name the file by --certificate-file")]
    private partial void NotSeen(string where, string reason);
}
