using System.Diagnostics;
using System.Globalization;
using System.Text;
using Wanda.Destinations.Files;
using Wanda.Hosting;

namespace Wanda.Destinations.Sftp;

/// <summary>
/// OpenSSH's own <c>ssh</c>, asked for the <c>sftp</c> subsystem: its ciphers are patched with the system, and it knows the keys of hosts.
/// It is never asked a question that somebody would have to answer, and a host whose key is not known is refused.
/// </summary>
internal sealed class SshProcess : IDisposable
{
    private const int MaxWords = 600;
    private static readonly string[] NeedOperator =
        ["Permission denied", "Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED", "UNPROTECTED PRIVATE KEY",
            "subsystem request failed"];

    private readonly Process _process;
    private readonly StringBuilder _words = new();
    private readonly Task _listening;

    private SshProcess(Process process)
    {
        _process = process;
        _listening = ListenAsync();
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <exception cref="FileStoreException">There is no <c>ssh</c> on this machine.</exception>
    public static SshProcess Start(DestinationOptions options)
    {
        var url = new Uri(options.Url);
        var start = new ProcessStartInfo("ssh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var option in Options(options))
        {
            start.ArgumentList.Add("-o");
            start.ArgumentList.Add(option);
        }

        foreach (var argument in new[]
                 {
                     "-T", "-p", (url.Port > 0 ? url.Port : 22).ToString(CultureInfo.InvariantCulture), "-i",
                     options.KeyFile!, "-l", options.User!,
                     "-s", "--", url.Host.Trim('[', ']'), "sftp",
                 })
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return new SshProcess(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new FileStoreException(
                $"ssh cannot be started ({e.Message}). Install it: apt install openssh-client", needsOperator: true, e);
        }
    }

    /// <summary>Why it ended, in its own words, once it has ended or a moment has passed.</summary>
    public async Task<FileStoreException> WhyAsync(TimeProvider time, Exception? inner)
    {
        await Task.WhenAny(_listening, Task.Delay(TimeSpan.FromSeconds(2), time));
        string words;
        lock (_words)
            words = _words.ToString().ReplaceLineEndings(" ").Trim();
        return new FileStoreException(
            words.Length > 0 ? $"ssh says: {words}" : $"the SFTP connection broke: {inner?.Message ?? "it was closed"}",
            NeedOperator.Any(n => words.Contains(n, StringComparison.OrdinalIgnoreCase)), inner);
    }

    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        _process.Dispose();
    }

    private static IEnumerable<string> Options(DestinationOptions options)
    {
        var silence = Math.Max(5, (int)options.Timeout.TotalSeconds / 3).ToString(CultureInfo.InvariantCulture);
        yield return "BatchMode=yes";
        yield return "StrictHostKeyChecking=yes";
        yield return "IdentitiesOnly=yes";
        yield return "PreferredAuthentications=publickey";
        yield return "ClearAllForwardings=yes";
        yield return "ConnectTimeout=15";
        yield return $"ServerAliveInterval={silence}";
        yield return "ServerAliveCountMax=3";
        if (options.KnownHosts is { } hosts)
            yield return $"UserKnownHostsFile=\"{Path.GetFullPath(hosts)}\"";
    }

    private async Task ListenAsync()
    {
        try
        {
            while (await _process.StandardError.ReadLineAsync() is { } line)
            {
                lock (_words)
                {
                    if (_words.Length < MaxWords)
                        _words.AppendLine(line[..Math.Min(line.Length, MaxWords)]);
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // It was disposed of while we listened.
        }
    }
}
