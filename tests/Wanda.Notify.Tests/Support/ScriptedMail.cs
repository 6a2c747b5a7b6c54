using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Wanda.Notify.Tests.Support;

/// <summary>A mail server that misbehaves as real ones do: a verb's answers, one after the other, the last one for ever.</summary>
internal sealed class ScriptedMail : IAsyncDisposable
{
    /// <summary>An answer that never comes.</summary>
    public const string Hang = "hang";

    /// <summary>A connection that ends there.</summary>
    public const string Drop = "drop";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, Queue<string>> _script;
    private readonly X509Certificate2? _certificate;
    private readonly Task _running;

    public ScriptedMail(X509Certificate2? certificate, params (string Verb, string[] Answers)[] script)
    {
        (_certificate, _script) = (certificate, script.ToDictionary(s => s.Verb, s => new Queue<string>(s.Answers)));
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every line that came, in order; what came over TLS has a <c>+</c> before it.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The other side has gone; the next one may come.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        bool isTls = false;
        if (!await AnswerAsync(stream, AnswerOf("connect", "220 localhost ESMTP")))
            return;
        while (await LineAsync(stream) is { } line)
        {
            Lines.Enqueue((isTls ? "+" : "") + line);
            string verb = line.Split(' ', ':')[0].ToUpperInvariant();
            string usual = verb switch
            {
                "EHLO" => "250-localhost\r\n" + (_certificate is not null && !isTls ? "250-STARTTLS\r\n" : "") + "250 AUTH PLAIN",
                "AUTH" => "235 2.7.0 welcome",
                "STARTTLS" => "220 go on",
                "DATA" => "354 go on",
                "." => "250 2.0.0 queued",
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            if (!await AnswerAsync(stream, AnswerOf(verb, usual)) || verb == "QUIT")
                return;
            if (verb == "STARTTLS" && _certificate is not null)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                (stream, isTls) = (secure, true);
            }
            else if (verb == "DATA")
            {
                while (await LineAsync(stream) is { } body && body != ".")
                {
                }

                Lines.Enqueue(".");
                if (!await AnswerAsync(stream, AnswerOf(".", "250 2.0.0 queued")))
                    return;
            }
        }
    }

    private string AnswerOf(string verb, string usual) =>
        !_script.TryGetValue(verb, out var answers) ? usual : answers.Count > 1 ? answers.Dequeue() : answers.Peek();

    private async Task<bool> AnswerAsync(Stream stream, string answer)
    {
        if (answer == Drop)
            return false;
        if (answer == Hang)
            await Task.Delay(Timeout.Infinite, _stop.Token);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), _stop.Token);
        return true;
    }

    private async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }
}
