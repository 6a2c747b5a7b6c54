using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Benchmarks.Pipeline;

/// <summary>What a running process asked the kernel for, told by strace(1).</summary>
internal sealed partial class SystemCalls : IDisposable
{
    private const string Strace = "/usr/bin/strace";

    // Of what is written so many bytes are shown: a frame of SQLite's log has its page and its commit mark in the first eight.
    private const int Shown = 8;
    private const int LogFrameHeader = 24;

    private readonly Process _strace;
    private readonly string _log;

    /// <param name="process">Which.</param>
    /// <param name="log">Where strace writes.</param>
    /// <param name="all">Whether reads and writes are counted too, and not syncs alone; each call that is counted is slowed down.</param>
    public SystemCalls(int process, string log, bool all)
    {
        _log = log;
        var calls = $"fsync,fdatasync,sync_file_range,msync{(all ? ",pwrite64,read,pread64,readv,preadv" : "")}";
        _strace = Process.Start(Strace,
            ["-f", "-qq", "-y", "-xx", "-s", $"{Shown}", "-e", $"trace={calls}", "-o", log, "-p", $"{process}"]);
    }

    public static bool IsInstalled => File.Exists(Strace);

    /// <summary>Waits for the process's end, and counts.</summary>
    public async Task<Counts> CountAsync()
    {
        await _strace.WaitForExitAsync();
        var counts = new Counts();
        var begun = new Dictionary<string, string>();
        foreach (var line in File.ReadLines(_log))
        {
            // A call that another thread's line interrupts has its end on a second one.
            if (Unfinished().Match(line) is { Success: true } first)
                begun[first.Groups[1].Value] = first.Groups[2].Value;
            else if (Resumed().Match(line) is { Success: true } second && begun.Remove(second.Groups[1].Value, out var start))
                Count(counts, start + second.Groups[2].Value);
            else
                Count(counts, line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].TrimStart());
        }

        foreach (var start in begun.Values)
            Count(counts, start);
        return counts;
    }

    public void Dispose() => _strace.Dispose();

    private static void Count(Counts counts, string call)
    {
        if (Call().Match(call) is not { Success: true } match)
            return;
        var (name, path) = (match.Groups["name"].Value, Plain(match.Groups["path"].Value));
        if (name.Contains("sync", StringComparison.Ordinal))
        {
            counts.Syncs++;
            counts.SyncsOf[Kind(path)] = counts.SyncsOf.GetValueOrDefault(Kind(path)) + 1;
        }
        else if (name == "pwrite64" && path.EndsWith("-wal", StringComparison.Ordinal)
            && Written().Match(call) is { Success: true } head && IsCommit(head.Groups["data"].Value, head.Groups["count"].Value))
        {
            counts.CommitsOf[Path.GetFileName(path)] = counts.CommitsOf.GetValueOrDefault(Path.GetFileName(path)) + 1;
        }
        else if (name != "pwrite64" && path.Contains("/node/frames/", StringComparison.Ordinal)
            && Result().Match(call) is { Success: true } result)
        {
            counts.FrameBytesRead += long.Parse(result.Groups[1].Value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A frame of the log begins with its page's number; the last of a commit tells next how long the file is then.</summary>
    private static bool IsCommit(string data, string count) =>
        count == $"{LogFrameHeader}" && data.Split("\\x", StringSplitOptions.RemoveEmptyEntries).Skip(4).Any(b => b != "00");

    /// <summary>With <c>-xx</c> paths are written as bytes too.</summary>
    private static string Plain(string path) => path.StartsWith("\\x", StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(Convert.FromHexString(path.Replace("\\x", "", StringComparison.Ordinal)))
        : path;

    private static string Kind(string path) =>
        path.EndsWith("-wal", StringComparison.Ordinal) || path.EndsWith(".db", StringComparison.Ordinal)
            ? Path.GetFileName(path)
            : path.Split("/node/") is [_, var own] ? own.Split('/')[0] : "other";

    [GeneratedRegex(@"^(\d+) +(\w+\(.*?)\s*<unfinished \.\.\.>$")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^(\d+) +<\.\.\. \w+ resumed>(.*)$")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(?<name>\w+)\(\d+<(?<path>[^>]*)>")]
    private static partial Regex Call();

    [GeneratedRegex("""^pwrite64\(\d+<[^>]*>, "(?<data>[^"]*)"(\.\.\.)?, (?<count>\d+)""")]
    private static partial Regex Written();

    [GeneratedRegex(@"= (\d+)$")]
    private static partial Regex Result();

    /// <summary>What was counted.</summary>
    internal sealed class Counts
    {
        /// <summary>Calls that wait for the disk.</summary>
        public int Syncs { get; set; }

        /// <summary>The same by what was synced: an ending and a folder.</summary>
        public SortedDictionary<string, int> SyncsOf { get; } = new(StringComparer.Ordinal);

        /// <summary>Commits by SQLite's log; writes that one transaction carries are one commit.</summary>
        public SortedDictionary<string, int> CommitsOf { get; } = new(StringComparer.Ordinal);

        /// <summary>Bytes that were read of frames' files.</summary>
        public long FrameBytesRead { get; set; }
    }
}
