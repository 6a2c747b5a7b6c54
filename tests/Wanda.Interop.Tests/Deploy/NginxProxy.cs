using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>
/// nginx with the configuration that we ship, before a server on loopback: a child process with a folder of its own, never the system's
/// service. Of the shipped file the server's address, the certificate and the ports are other ones, and one port is without TLS; everything
/// else is as it is.
/// </summary>
internal sealed class NginxProxy : IAsyncDisposable
{
    private const string Debian = "/usr/sbin/nginx"; // not in everybody's PATH

    // What a distribution's nginx.conf would have around ours. "-e" and the paths: nothing of the machine's own nginx is touched.
    private const string Around = """
        daemon off;
        master_process off;
        pid nginx.pid;
        lock_file nginx.lock;
        error_log stderr warn;
        events { }
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            include shipped.conf;
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-nginx-").FullName;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly HeldPort _plain = new(), _tls = new();
    private Process _process = null!;

    private NginxProxy()
    {
    }

    public Uri Address => new($"http://127.0.0.1:{_plain.Number}");

    /// <summary>Of the Pi's configuration: the port that the page is opened on by name.</summary>
    public Uri ByNameAddress => new($"http://127.0.0.1:{_tls.Number}");

    public Uri TlsAddress => new($"https://localhost:{_tls.Number}");

    /// <summary>What it logged, warnings and worse: also when it keeps a body in a temporary file.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <param name="server">The server behind it.</param>
    /// <param name="change">What an operator changed in the shipped file.</param>
    /// <param name="certificate">Its certificate; null for one of its own, for localhost.</param>
    /// <exception cref="PeerException">nginx is not installed, or refuses the file.</exception>
    public static async Task<NginxProxy> StartAsync(
        Uri server, Func<string, string>? change = null, ServerCertificate? certificate = null)
    {
        return await StartAsync(
            proxy => proxy.WriteAsync(server, change ?? (text => text), certificate ?? ServerCertificate.SelfSigned("localhost")));
    }

    /// <summary>The same before a WANDA Pi.</summary>
    /// <exception cref="PeerException">nginx is not installed, or refuses the file.</exception>
    public static Task<NginxProxy> StartPiAsync(Uri node, Uri app, Uri page) => StartAsync(async proxy =>
    {
        string shipped = (await Shipped.ReadAsync("nginx-wanda-pi.conf"))
            .Instead("listen 80;", $"listen 127.0.0.1:{proxy._plain.Number};")
            .Instead("listen 8081;", $"listen 127.0.0.1:{proxy._tls.Number};");
        foreach (var (port, at) in new[] { ("8080", node), ("5000", app), ("3000", page) })
        {
            foreach (string end in new[] { ";", " " }.Where(e => shipped.Contains($"127.0.0.1:{port}{e}", StringComparison.Ordinal)))
                shipped = shipped.Instead($"127.0.0.1:{port}{end}", $"{at.Authority}{end}");
        }

        await proxy.WriteAsync(shipped);
    });

    private static async Task<NginxProxy> StartAsync(Func<NginxProxy, Task> write)
    {
        var proxy = new NginxProxy();
        try
        {
            await write(proxy);
            await proxy.RunAsync();
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _plain.Dispose();
        _tls.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WriteAsync(Uri server, Func<string, string> change, ServerCertificate certificate)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "fullchain.pem"), certificate.Chain);
        await File.WriteAllTextAsync(Path.Combine(_folder, "privkey.pem"), certificate.Key);
        string shipped = (await Shipped.ReadAsync("nginx.conf"))
            .Instead("listen 443 ssl http2;", $"listen 127.0.0.1:{_plain.Number}; listen 127.0.0.1:{_tls.Number} ssl http2;")
            .Instead("/etc/letsencrypt/live/pin.example.org/", $"{_folder}/")
            .Instead("http://127.0.0.1:5180", server.GetLeftPart(UriPartial.Authority));
        await WriteAsync(change(shipped));
    }

    private async Task WriteAsync(string shipped)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "shipped.conf"), shipped);
        await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), Around);
    }

    private async Task RunAsync()
    {
        try
        {
            _process = Process.Start(
                new ProcessStartInfo(File.Exists(Debian) ? Debian : "nginx", ["-p", _folder, "-c", "nginx.conf", "-e", "stderr"])
                {
                    RedirectStandardError = true,
                })!;
        }
        catch (Win32Exception e)
        {
            throw new PeerException($"nginx cannot be started ({e.Message}). Install it, on Debian with \"apt-get install nginx\", or run "
                + "ops/test.sh, which does.");
        }

        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
                _complaints.Enqueue(text);
        };
        _process.BeginErrorReadLine();
        long began = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new PeerException($"nginx does not serve with the shipped configuration:\n{string.Join('\n', _complaints)}");
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _plain.Number);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
