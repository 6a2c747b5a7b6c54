using Microsoft.Extensions.Logging;
using Wanda.SocketIO;

namespace Wanda.Ops.Live;

/// <summary>
/// A connection to one namespace of the WANDA app: its own, since the app's session events kill the connection that hears them. It is held
/// while somebody listens, and made again when it ended.
/// </summary>
internal sealed partial class AppLink : IDisposable
{
    /// <summary>What one page sends is bounded by the endpoint; this bounds what all of them wait for.</summary>
    private const int MostWaiting = 32;

    private const string Unreachable =
        """[{"success":false,"code":"APP_UNREACHABLE","error":"The WANDA app does not answer. It does not while it exposes."}]""";

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After an event of a session nothing more comes on its connection, until the app's ping would have timed out. So it is left at once;
    /// the next one hears one event more. Not sooner than this: each that is left costs the app until it notices.
    /// </summary>
    private static readonly TimeSpan AfterSessionEvent = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan PatienceForLink = TimeSpan.FromSeconds(5);

    /// <summary>Longer than the longest exposure, for which the app answers nobody.</summary>
    private static readonly TimeSpan PatienceForAnswer = TimeSpan.FromMinutes(5);

    private static readonly SocketIOClientOptions Bounds = new() { MaxPayload = 256 << 10, MaxAsked = MostWaiting };

    private readonly Uri _app;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private volatile TaskCompletionSource<SocketIOClient> _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _heardOfSession;
    private int _waiting;
    private bool _isTold;

    /// <param name="app">Where the app is.</param>
    /// <param name="part">Of what: <c>camera</c>, <c>mount</c>, <c>session</c>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where it is told that the app is away.</param>
    public AppLink(Uri app, string part, TimeProvider time, ILogger log)
    {
        (_app, _time, _log) = (app, time, log);
        (Name, Status) = ("/ws/" + part, new AppStatus(app, part, time));
    }

    /// <summary>The namespace, at the app as here.</summary>
    public string Name { get; }

    /// <summary>How that part of the app is, by its REST.</summary>
    public AppStatus Status { get; }

    /// <summary>Whether it is connected, so that what the app tells is heard.</summary>
    public bool IsUp => _up.Task.IsCompleted;

    /// <summary>Whether an event of a session came since this was asked last.</summary>
    public bool HeardOfSession() => Interlocked.Exchange(ref _heardOfSession, 0) == 1;

    /// <summary>Tells who came how that part of the app is, in the app's own words; nothing while the app does not say.</summary>
    public void Greet(SocketIOSocket socket) => _ = GreetAsync(socket);

    /// <summary>Passes on what a page sent, and the app's answer.</summary>
    public void PassOn(SocketIOCall call, CancellationToken cancellationToken) => _ = PassOnAsync(call, cancellationToken);

    /// <summary>Holds the connection for the pages that listen.</summary>
    /// <param name="pages">They.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(SocketIONamespace pages, CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ;)
        {
            await pages.SomebodyAsync(cancellationToken);
            try
            {
                using var client = await SocketIOClient.ConnectAsync(_app, Name, Bounds, _time, cancellationToken);
                _up.TrySetResult(client);
                Told(null);
                wait = FirstWait;
                await foreach (var what in client.ReadAsync(cancellationToken))
                {
                    pages.Broadcast(what);
                    if (!what.Name.StartsWith("session_", StringComparison.Ordinal))
                        continue;
                    _heardOfSession = 1;
                    Status.Changed();
                    wait = AfterSessionEvent;
                    break;
                }
            }
            // Whatever it is, it is the app's connection that ended, and nothing else.
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Told(e.Message);
            }
            finally
            {
                if (IsUp)
                    _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await Task.Delay(wait, _time, cancellationToken);
            wait = wait == AfterSessionEvent ? FirstWait : wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    public void Dispose() => Status.Dispose();

    private async Task GreetAsync(SocketIOSocket socket)
    {
        if (await Status.ReadAsync() is { } state)
            socket.Send(SocketIOEvent.Create("status", state.Data));
    }

    private async Task PassOnAsync(SocketIOCall call, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
                throw new SocketIOException($"{MostWaiting} pages wait for it already.");
            var client = await _up.Task.WaitAsync(PatienceForLink, _time, cancellationToken);
            if (call.WantsAnswer)
                call.Answer(await client.AskAsync(call.Event, cancellationToken).WaitAsync(PatienceForAnswer, _time, cancellationToken));
            else
                await client.SendAsync(call.Event, cancellationToken);
        }
        catch (Exception e) when (e is SocketIOException or TimeoutException)
        {
            call.Answer(Unreachable);
        }
        catch (OperationCanceledException) // the page left
        {
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Once when it goes, and once when it comes back.</summary>
    private void Told(string? problem)
    {
        if (problem is not null && !_isTold)
            IsAway(_log, _app, Name, problem);
        else if (problem is null && _isTold)
            IsBack(_log, _app, Name);
        _isTold = problem is not null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The WANDA app at {App} is away from {Name}: {Reason} Its events are missing, "
        + "as while it exposes; it is tried again, and ours go on.")]
    private static partial void IsAway(ILogger log, Uri app, string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The WANDA app at {App} is back at {Name}.")]
    private static partial void IsBack(ILogger log, Uri app, string name);
}
