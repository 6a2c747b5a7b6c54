using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Wanda.Workers.Tests.Support;

/// <summary>Stands before the real server and lets everything through, until it is told to do harm.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    // What a line holds on its way, and a cut takes with it; loopback alone would hold megabytes.
    private const int Held = 64 * 1024;

    private readonly HttpClient _server;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _uploaded = new();
    private readonly CancellationTokenSource _end = new();
    private readonly HeldPort _port = new(); // also while it is down: another's server would be given it
    private WebApplication? _app;
    private long _received;

    private FaultProxy(Uri server) =>
        _server = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server };

    public Uri Address => new($"http://127.0.0.1:{_port.Number}");

    /// <summary>Asked first: true when it has answered itself.</summary>
    public Func<HttpContext, Task<bool>> Fault { get; set; } = _ => Task.FromResult(false);

    /// <summary>Changes what the server answered: path and body.</summary>
    public Func<string, string, string> Answer { get; set; } = (_, body) => body;

    /// <summary>Changes the bytes of a good answer.</summary>
    public Func<HttpContext, byte[], byte[]> Body { get; set; } = (_, body) => body;

    /// <summary>What was asked so far, as <c>POST /v0/car</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static async Task<FaultProxy> StartAsync(Uri server)
    {
        var proxy = new FaultProxy(server);
        await proxy.UpAsync();
        return proxy;
    }

    /// <summary>The captures whose frames were uploaded, in order.</summary>
    public IReadOnlyList<string> Uploaded => [.. _uploaded];

    public int Count(string request) => Requests.Count(r => r == request);

    /// <summary>Listens again on its port.</summary>
    public async Task UpAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.Limits.MaxRequestBufferSize = Held;
            k.Listen(IPAddress.Loopback, _port.Number);
        }).UseSockets(s => (s.MaxReadBufferSize, s.CreateBoundListenSocket) = (Held, Narrow));
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
    }

    /// <summary>Nobody listens: connections are refused.</summary>
    public async Task DownAsync()
    {
        if (_app is { } app)
            await app.DisposeAsync();
        _app = null;
    }

    /// <summary>Every request gets this answer.</summary>
    public void Refuse(int status, string words, TimeSpan? retryAfter = null) => Fault = async context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is { } wait)
            context.Response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await context.Response.WriteAsync(words);
        return true;
    };

    /// <summary>Takes what comes and never answers.</summary>
    public void Hang() => Fault = async context =>
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System,
            either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    };

    /// <summary>Breaks the connection after some bytes of an upload.</summary>
    public void CutUploadsAfter(int bytes) => Fault = async context =>
    {
        if (context.Request.Path != "/v0/car")
            return false;
        await context.Request.Body.ReadAtLeastAsync(new byte[bytes], bytes, throwOnEndOfStream: false, context.RequestAborted);
        context.Abort();
        return true;
    };

    /// <summary>The line breaks each time that so many bytes of an upload went over it; null: it holds.</summary>
    public long? CutLineEvery { get; set; }

    /// <summary>
    /// Before the line breaks: returns when what went through, up to this place in the upload, has arrived, as on a line that is pulled.
    /// </summary>
    public Func<long, Task> Arrives { get; set; } = _ => Task.CompletedTask;

    /// <summary>Bytes of uploads that came over the line.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>How often the line broke.</summary>
    public int Cuts { get; private set; }

    public void Heal()
    {
        Fault = _ => Task.FromResult(false);
        Answer = (_, body) => body;
        Body = (_, body) => body;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await DownAsync();
        _port.Dispose();
        _server.Dispose();
        _end.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        _requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (await Fault(context))
            return;
        if (context.Request.Query["capture"].ToString() is { Length: > 0 } capture)
            _uploaded.Enqueue(capture);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method),
            context.Request.Path + context.Request.QueryString);
        if (context.Request.Method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new StreamContent(new Line(context.Request.Body, this, context));
            request.Content.Headers.ContentLength = context.Request.ContentLength; // null when the client does not know it
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        foreach (var header in context.Request.Headers.Where(
            h => h.Key is "Authorization" || IsTus(h.Key) || h.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase)))
        {
            request.Headers.TryAddWithoutValidation(header.Key, header.Value.ToString());
        }

        using var answer = await _server.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Where(h => IsTus(h.Key) || h.Key is "Location" or "Wanda-Pin"))
            context.Response.Headers[header.Key] = header.Value.ToArray();
        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (answer.Content.Headers.ContentType?.MediaType == "application/json")
            body = System.Text.Encoding.UTF8.GetBytes(Answer(context.Request.Path, System.Text.Encoding.UTF8.GetString(body)));
        if (answer.IsSuccessStatusCode)
            body = Body(context, body);
        if (context.Response.StatusCode != StatusCodes.Status204NoContent)
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static Socket Narrow(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = Held };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(endpoint);
        return socket;
    }

    private static bool IsTus(string header) =>
        header.StartsWith("Upload-", StringComparison.OrdinalIgnoreCase) || header.StartsWith("Tus-", StringComparison.OrdinalIgnoreCase);

    /// <summary>What comes over the line, until it breaks.</summary>
    private sealed class Line(Stream body, FaultProxy proxy, HttpContext context) : Stream
    {
        private long _passed;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (proxy.CutLineEvery is { } every && _passed >= every)
            {
                await proxy.Arrives(_passed + (long.TryParse(context.Request.Headers["Upload-Offset"], out var offset) ? offset : 0));
                proxy.Cuts++;
                context.Abort();
                throw new IOException("the line broke");
            }

            var read = await body.ReadAsync(
                buffer[..(int)Math.Min(buffer.Length, proxy.CutLineEvery - _passed ?? long.MaxValue)], cancellationToken);
            _passed += read;
            Interlocked.Add(ref proxy._received, read);
            return read;
        }

        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
