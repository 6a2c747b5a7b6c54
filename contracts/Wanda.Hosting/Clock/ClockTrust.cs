using System.Runtime.InteropServices;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>
/// Whether the clock may be acted on (law 10): a Pi without a battery wakes up in the past, or, after a bad answer, years ahead. Until the
/// clock is synchronised and not before the newest time on record, nothing is released and no name is signed.
/// </summary>
public sealed partial class ClockTrust(ClockOptions options, Catalogue catalogue, TimeProvider time, Func<bool>? kernelSynchronised = null)
{
    // Not every look is worth a write to an SD card.
    private static readonly TimeSpan RecordEvery = TimeSpan.FromMinutes(1);

    private const int TimeError = 5; // TIME_ERROR of adjtimex(2): the clock is not synchronised
    private readonly Func<bool> _synchronised = kernelSynchronised ?? KernelSynchronised;

    /// <summary>
    /// Null when the clock can be trusted, otherwise why not. A trusted time becomes the newest on record.
    /// </summary>
    public async Task<ClockProblem?> ProblemAsync(CancellationToken cancellationToken)
    {
        var newest = await catalogue.Node.NewestTimeAsync(cancellationToken);
        var now = time.GetUtcNow(); // after that: others record the time meanwhile
        if (now < newest)
            return new(ClockCode.WentBack, now, newest);
        var synchronised = _synchronised();
        if (options.RequireSync && !synchronised)
            return new(ClockCode.NotSynchronised, now, newest);
        if (!synchronised && newest is { } known && now - known > options.MaxAhead)
            return new(ClockCode.FarAhead, now, newest);
        if (newest is null || now - newest >= RecordEvery)
            await catalogue.Node.SawTimeAsync(now, cancellationToken);
        return null;
    }

    /// <summary>An operator's word that the clock is right: the time becomes the newest on record, even when it is far ahead.</summary>
    public Task AcceptAsync(CancellationToken cancellationToken) => catalogue.Node.AcceptTimeAsync(time.GetUtcNow(), cancellationToken);

    private static bool KernelSynchronised()
    {
        if (!OperatingSystem.IsLinux())
            return true; // Windows and macOS keep time by themselves, and have no such call.
        // modes = 0 only reads. struct timex is 208 bytes on 64-bit systems; the room is for any.
        Span<byte> timex = stackalloc byte[512];
        timex.Clear();
        return Adjtimex(ref MemoryMarshal.GetReference(timex)) is >= 0 and not TimeError;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int Adjtimex(ref byte timex);
}
