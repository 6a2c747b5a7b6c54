using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wanda.Ops.Tests.Web;

/// <summary>nginx with TLS before the console, as an operator sets it up: a child process with a folder and a port of its own.</summary>
internal sealed class TlsProxy : IAsyncDisposable
{
    private const string Debian = "/usr/sbin/nginx"; // not in everybody's PATH
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-ops-nginx-").FullName;
    private readonly HeldPort _port = new();
    private Process? _process;

    private TlsProxy()
    {
    }

    public int Port => _port.Number;

    /// <param name="console">The console behind it.</param>
    /// <param name="host">What the operator wrote after <c>proxy_set_header Host</c>.</param>
    public static async Task<TlsProxy> StartAsync(Uri console, string host)
    {
        Assert.True(File.Exists(Debian), $"{Debian} is missing. Install it, on Debian with \"apt-get install nginx\", or run ops/test.sh.");
        var proxy = new TlsProxy();
        await proxy.WriteAsync(console, host);
        proxy._process = Process.Start(new ProcessStartInfo(Debian, ["-p", proxy._folder, "-c", "nginx.conf", "-e", "stderr"]))!;
        await Eventually.HoldsAsync(proxy.AnswersAsync, "nginx to listen");
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WriteAsync(Uri console, string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={Browser.NameOfDome}", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        await File.WriteAllTextAsync(Path.Combine(_folder, "certificate.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr warn;
            events { }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                server {
                    listen 127.0.0.1:{{_port.Number}} ssl;
                    ssl_certificate certificate.pem;
                    ssl_certificate_key key.pem;
                    location / {
                        proxy_set_header Host {{host}};
                        proxy_pass {{console.GetLeftPart(UriPartial.Authority)}};
                    }
                }
            }
            """);
    }

    private async Task<bool> AnswersAsync()
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _port.Number);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
