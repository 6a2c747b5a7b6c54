using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>How commands are sent and answers are read: POST only, arguments in the query, JSON objects one a line.</summary>
internal sealed class KuboRpc(RemoteEndpoint endpoint, TimeProvider time) : IDisposable
{
    private const int MaxLineBytes = 2 * 1024 * 1024;

    private readonly RemoteHttp _http = new(endpoint, time, (response, body) => Read(endpoint, response, body));

    public string Name => endpoint.Name;

    public Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken) =>
        _http.RetryAsync(attempt, cancellationToken);

    /// <summary>Sends a command; the answer is its body.</summary>
    public Task<RemoteAnswer> SendAsync(
        string command, (string Key, string? Value)[] arguments, HttpContent? body, CancellationToken cancellationToken) =>
        _http.SendAsync(HttpMethod.Post, Path(command, arguments), body, null, cancellationToken);

    /// <summary>A command that changes nothing, or the same when it is sent twice: its answer's one object.</summary>
    public Task<T> RepeatableAsync<T>(
        string command, (string, string?)[] arguments, Func<JsonElement, T> read, CancellationToken cancellationToken) =>
        RetryAsync(() => OnceAsync(command, arguments, null, read, cancellationToken), cancellationToken);

    /// <summary>A command that is sent once.</summary>
    public async Task<T> OnceAsync<T>(
        string command, (string, string?)[] arguments, HttpContent? body, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(command, arguments, body, cancellationToken).ConfigureAwait(false);
        byte[] json = await answer.AllAsync(MaxLineBytes, cancellationToken).ConfigureAwait(false);
        return Parse(command, json, read);
    }

    /// <summary>The objects of an answer, as they come.</summary>
    public async IAsyncEnumerable<T> LinesAsync<T>(
        string command, (string, string?)[] arguments, HttpContent? body, Func<JsonElement, T> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(command, arguments, body, cancellationToken).ConfigureAwait(false);
        var pipe = PipeReader.Create(answer, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var got = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = got.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                if (!IsBlank(line))
                    yield return Parse(command, line.ToArray(), read);
            }

            if (buffer.Length > MaxLineBytes)
                throw Malformed($"answered {command} with a line of more than {MaxLineBytes} bytes.");
            if (got.IsCompleted)
            {
                if (!IsBlank(buffer))
                    yield return Parse(command, buffer.ToArray(), read);
                yield break;
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <inheritdoc cref="KuboClient.StartedAsync"/>
    public async Task<string?> StartedAsync(CancellationToken cancellationToken)
    {
        const string Name = "process_start_time_seconds ";
        try
        {
            using var answer = await _http.SendAsync(
                HttpMethod.Get, "debug/metrics/prometheus", null, null, cancellationToken).ConfigureAwait(false);
            string metrics = Encoding.UTF8.GetString(await answer.AllAsync(MaxLineBytes, cancellationToken).ConfigureAwait(false));
            return metrics.Split('\n').FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal))?[Name.Length..].Trim();
        }
        catch (RemoteException e) when (e.Failure != RemoteFailure.Unavailable)
        {
            return null;
        }
    }

    /// <summary>One line of what the daemon said.</summary>
    public string Clean(string said) => RemoteHttp.Clean(endpoint, said);

    public RemoteException Malformed(string detail, Exception? inner = null) => _http.Malformed(detail, inner);

    /// <summary>A body of one file.</summary>
    public static MultipartContent File(string name, HttpContent content) => FormBody.Of([], name, content);

    public void Dispose() => _http.Dispose();

    private static string Path(string command, (string Key, string? Value)[] arguments)
    {
        var path = new StringBuilder("api/v0/").Append(command);
        char separator = '?';
        foreach (var (key, value) in arguments.Where(a => a.Value is not null))
        {
            path.Append(separator).Append(key).Append('=').Append(Uri.EscapeDataString(value!));
            separator = '&';
        }

        return path.ToString();
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var part in line)
        {
            if (part.Span.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
                return false;
        }

        return true;
    }

    private T Parse<T>(string command, byte[] bytes, Func<JsonElement, T> read)
    {
        try
        {
            // An error after the head was sent comes as one more object.
            return RemoteJson.Read(bytes, json => json.ErrorMessage() is { } said
                ? throw new KuboException(Name, command, RemoteHttp.Clean(endpoint, said))
                : read(json));
        }
        catch (Exception e) when (e is JsonException or CidFormatException)
        {
            throw Malformed($"answered {command} with what cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What answers, and how, is no RPC.</summary>
    public RemoteException NoRpc(string answer) => NoRpc(endpoint, answer);

    private static RemoteException NoRpc(RemoteEndpoint endpoint, string answer) => new(endpoint.Name, RemoteFailure.NotFound,
        $"is no RPC of Kubo's: it answers {answer}. The RPC is usually at port 5001 of the daemon's machine (8080 is its gateway, 4001 its "
            + "swarm), and its address ends with the port, without /api/v0.");

    private static RemoteException? Read(RemoteEndpoint endpoint, HttpResponseMessage response, string body)
    {
        string path = response.RequestMessage!.RequestUri!.AbsolutePath;
        // Every RPC knows this command: a daemon's gateway, a console and a wrong path do not.
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
            && path.EndsWith("/api/v0/version", StringComparison.Ordinal))
        {
            return NoRpc(endpoint, $"{(int)response.StatusCode}");
        }

        // The RPC has one status for whatever goes wrong inside of a command. A proxy's 502 and 503 stay what they are, and so do 401 to
        // 405.
        if (response.StatusCode is not (HttpStatusCode.InternalServerError or HttpStatusCode.BadRequest))
            return null;
        string command = path[(path.IndexOf("/api/v0/", StringComparison.Ordinal) + "/api/v0/".Length)..];
        string said = body;
        try
        {
            said = RemoteJson.Read(Encoding.UTF8.GetBytes(body), json => json.ErrorMessage()) ?? body;
        }
        catch (JsonException)
        {
            // Plain text it is.
        }

        return new KuboException(endpoint.Name, command, RemoteHttp.Clean(endpoint, said)) { Status = response.StatusCode };
    }
}
