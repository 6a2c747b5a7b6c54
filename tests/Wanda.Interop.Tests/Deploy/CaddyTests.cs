using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>A real Caddy with our file before a pinning server; without TLS, and as a process with a folder of its own.</summary>
public sealed class CaddyTests : IAsyncLifetime
{
    private const int FrameBytes = 20_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-caddy-").FullName;
    private readonly HeldPort _port = new();
    private TestServer _server = null!;
    private Process _caddy = null!;

    private Uri Address => new($"http://127.0.0.1:{_port.Number}");

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        string shipped = (await Shipped.ReadAsync("Caddyfile"))
            .Instead("pin.example.org {", $"{Address.GetLeftPart(UriPartial.Authority)} {{")
            .Instead("127.0.0.1:5180", _server.Address.Authority);
        string file = Path.Combine(_folder, "Caddyfile");
        await File.WriteAllTextAsync(file, $"{{\n\tadmin off\n}}\n{shipped}");
        try
        {
            _caddy = Process.Start(new ProcessStartInfo("caddy", ["run", "--config", file, "--adapter", "caddyfile"])
            {
                RedirectStandardError = true,
                Environment = { ["HOME"] = _folder, ["XDG_DATA_HOME"] = _folder, ["XDG_CONFIG_HOME"] = _folder },
            })!;
        }
        catch (Win32Exception e)
        {
            throw new PeerException($"Caddy cannot be started ({e.Message}). Install it, on Debian with \"apt-get install caddy\", or run "
                + "ops/test.sh, which does.");
        }

        _caddy.ErrorDataReceived += (_, _) => { };
        _caddy.BeginErrorReadLine();
        await Eventually.HoldsAsync(AnswersAsync, "Caddy serves with the shipped file");
    }

    public async Task DisposeAsync()
    {
        _caddy.Kill();
        await _caddy.WaitForExitAsync().WaitAsync(Patience);
        _caddy.Dispose();
        _port.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Frames_stream_through_it_in_both_directions()
    {
        var frame = await Frame.MakeAsync(FrameBytes);
        byte[] car = await frame.CarAsync();
        using var client = _server.ClientOf(TestServer.Dome, Address);
        using var body = new Body(car.Length, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(car.AsMemory(0, car.Length / 2), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Eventually.HoldsAsync(() => _server.Staged().Length > 0, "blocks of the first half are at the server");
            await stream.WriteAsync(car.AsMemory(car.Length / 2), cancellationToken);
        });

        await client.PostAsync("/v0/car", body).JsonAsync(HttpStatusCode.Created);

        Assert.Equal(frame.Content, await client.GetByteArrayAsync($"/ipfs/{frame.Root}"));
    }

    [Fact]
    public async Task The_server_knows_from_where_somebody_asks_whatever_he_writes()
    {
        using var client = _server.ClientOf(null, Address);
        var answers = new List<HttpStatusCode>();
        for (int i = 0; i < 60; i++)
        {
            using var guess = new HttpRequestMessage(HttpMethod.Get, "/v0/node")
            {
                Headers = { { "X-Forwarded-For", $"203.0.113.{i}" }, { "Authorization", "Bearer wanda_guessed" } },
            };
            using var answer = await client.SendAsync(guess);
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], answers.Distinct());
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
