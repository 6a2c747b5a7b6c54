using System.Globalization;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>Memory that a process has, and the most that it had (<c>proc_pid_status(5)</c>, VmRSS and VmHWM), bytes.</summary>
internal static class ProcessMemory
{
    public static (long Now, long Most) Of(int process)
    {
        var lines = File.ReadLines($"/proc/{process}/status")
            .Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(l => l is [_, _, "kB"])
            .ToDictionary(l => l[0], l => 1024 * long.Parse(l[1], CultureInfo.InvariantCulture));
        return (lines["VmRSS:"], lines["VmHWM:"]);
    }
}
