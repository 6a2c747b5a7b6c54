using System.Diagnostics;
using System.Text.Json;

namespace Benchmarks;

/// <summary>One line of a benchmark's result.</summary>
/// <param name="Measure">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Peer">What it is held against, with its figure; null for nothing.</param>
/// <param name="Ratio">The figure over the peer's.</param>
/// <param name="MemoryMb">Memory of the process where that matters.</param>
/// <param name="Conditions">Sizes, rounds, and how busy the machine was.</param>
internal sealed record Measurement(
    string Measure, double Value, string Unit, string? Peer, double? Ratio, double? MemoryMb, string Conditions)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The load average when asked, which on a shared machine says how far a time can be trusted.</summary>
    public static string Load => File.Exists("/proc/loadavg")
        ? $"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} on {Environment.ProcessorCount} cores"
        : "load unknown";

    /// <summary>This process's resident memory now, in MB.</summary>
    public static double Memory
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64 / 1e6;
        }
    }

    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    public static double Percentile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)];
    }

    public void WriteTo(TextWriter output) => output.WriteLine(JsonSerializer.Serialize(this with
    {
        Value = Round(Value),
        Ratio = Ratio is { } ratio ? Math.Round(ratio, 3) : null,
        MemoryMb = MemoryMb is { } memory ? Math.Round(memory, 1) : null,
        Conditions = $"{Conditions}; {Load}",
    }, Json));

    private static double Round(double value) => Math.Round(value, Math.Abs(value) >= 100 ? 0 : Math.Abs(value) >= 1 ? 2 : 4);
}
