using System.Globalization;

namespace Benchmarks;

/// <summary>What the kernel counted for a process (proc(5)): Linux alone tells.</summary>
/// <param name="WrittenBytes">Bytes that it caused to be written to disk, less those that were deleted before.</param>
/// <param name="ReadBytes">Bytes it asked for, from the page cache or the disk.</param>
/// <param name="PeakBytes">Most memory it held at once.</param>
internal sealed record ProcessFigures(long WrittenBytes, long ReadBytes, long PeakBytes)
{
    public static ProcessFigures Of(int process)
    {
        var io = Fields($"/proc/{process}/io");
        var status = Fields($"/proc/{process}/status");
        return new(io["write_bytes"] - io["cancelled_write_bytes"], io["rchar"], status["VmHWM"] * 1024);
    }

    /// <summary>Seconds of processor time that a process has used so far.</summary>
    public static double CpuOf(int process)
    {
        const double TicksPerSecond = 100; // of the kernel's accounting (sysconf _SC_CLK_TCK)
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[1].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture))
            / TicksPerSecond;
    }

    /// <summary>Forgets this process's peak, so that the next one is of what follows.</summary>
    public static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static Dictionary<string, long> Fields(string file) => File.ReadLines(file)
        .Select(line => line.Split(':', 2))
        .Where(parts => parts.Length == 2
            && long.TryParse(parts[1].Replace("kB", "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .ToDictionary(parts => parts[0], parts => long.Parse(parts[1].Replace("kB", "").Trim(), CultureInfo.InvariantCulture));
}
