using System.Text.RegularExpressions;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>What a process asked the system for, by strace: what it flushed, renamed and sent, in order.</summary>
/// <param name="whole">With all that it did to files, and the bytes.</param>
internal sealed partial class SystemCalls(bool whole = false) : IDisposable
{
    private const string Flushes = "fsync,fdatasync,rename,sendto";
    private const string Changes = $"{Flushes},openat,write,pwrite64,pwritev,ftruncate,fallocate,link,unlink,mkdir,rmdir";

    private readonly string _file = Path.GetTempFileName();

    [GeneratedRegex(@"^(?<pid>\d+)\s+(<\.\.\. \w+ resumed>.*|(?<call>\w+\(.*?))(?<begun> <unfinished \.\.\.>)?$")]
    private static partial Regex Line { get; }

    public void Dispose() => File.Delete(_file);

    /// <summary>The command that runs a command so.</summary>
    public string[] Of(string[] command) => File.Exists("/usr/bin/strace")
        ? ["/usr/bin/strace", "-f", "-y", "-qq", "-x", "-s", whole ? "1000000" : "16",
            "-e", $"trace={(whole ? Changes : Flushes)}", "-o", _file, .. command]
        : throw new InvalidOperationException("strace is not installed (apt install strace); ops/test.sh installs it.");

    /// <summary>The calls up to an answer, without it: an answer counts when it begins, everything else when it has ended.</summary>
    /// <param name="status">The beginning of the answer's first line, after the protocol.</param>
    public async Task<IReadOnlyList<string>> BeforeAnswerAsync(string status)
    {
        IReadOnlyList<string>? calls = null;
        // The last line may be written after the answer has come.
        await Eventually.HoldsAsync(async () => (calls = Before(await LinesAsync(), $"\"HTTP/1.1 {status}")) is not null,
            $"the trace has the answer {status}");
        return calls!;
    }

    private static List<string>? Before(IEnumerable<string> lines, string answer)
    {
        var (ended, open) = (new List<string>(), new Dictionary<string, string>());
        foreach (var line in lines.Select(l => Line.Match(l)).Where(m => m.Success))
        {
            var (pid, call) = (line.Groups["pid"].Value, line.Groups["call"]);
            if (call.Value.Contains(answer, StringComparison.Ordinal))
                return ended;
            if (line.Groups["begun"].Success)
                open[pid] = call.Value;
            else if (call.Success || open.ContainsKey(pid))
                ended.Add(call.Success ? call.Value : open[pid]);
        }

        return null;
    }

    /// <summary>The trace so far.</summary>
    public async Task<string[]> LinesAsync()
    {
        using var reader = new StreamReader(new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return (await reader.ReadToEndAsync()).Split('\n');
    }
}
