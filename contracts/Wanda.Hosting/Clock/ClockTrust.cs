using System.Runtime.InteropServices;
using Wanda.Catalog;

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
    /// Null when the clock can be trusted, otherwise why not and what to do. A trusted time becomes the newest on record.
    /// </summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        var newest = await catalogue.Node.NewestTimeAsync(cancellationToken);
        var now = time.GetUtcNow(); // after that: others record the time meanwhile
        if (now < newest)
        {
            return $"the clock says {now:u}, which is before {newest:u}, the newest time on record: it went back. Set it, or let NTP "
                + "set it; if it is right now, and was wrong before, run 'wanda clock accept'.";
        }

        var synchronised = _synchronised();
        if (options.RequireSync && !synchronised)
        {
            return "the clock is not synchronised yet. Connect the network, or set \"clock.requireSync\" to false if this machine keeps "
                + "time by other means.";
        }

        if (!synchronised && newest is { } known && now - known > options.MaxAhead)
        {
            return $"the clock says {now:u}, {(now - known).TotalDays:N0} days after {known:u}, the newest time on record, and is not "
                + "synchronised. Set it, or let NTP set it; if it is right, run 'wanda clock accept'.";
        }

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
