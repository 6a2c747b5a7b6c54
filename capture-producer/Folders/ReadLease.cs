using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wanda.CaptureProducer.Folders;

/// <summary>
/// A read lease of Linux on an open file (F_SETLEASE, fcntl(2)): it is granted while nobody has the file open for writing, and whoever
/// wants to from then on waits until it is given back, 45 s at most (<c>lease-break-time</c>). It wants the owner's uid or CAP_LEASE, and a
/// file system that has leases; network file systems mostly have none.
/// </summary>
internal sealed partial class ReadLease : IDisposable
{
    private const int SetSignal = 10, SetLease = 1024, GetLease = 1025;
    private const int Read = 0, None = 2; // F_RDLCK, F_UNLCK
    private const int WouldBlock = 11;
    private readonly SafeFileHandle _file;

    /// <summary>The signal (SIGURG) that tells this process of a lease that is wanted. Who does not listen loses nothing by it.</summary>
    public const int Signal = 23;

    private ReadLease(SafeFileHandle file) => _file = file;

    /// <summary>Whether somebody waits to write, or did not wait any longer.</summary>
    public bool IsWanted => Control(_file, GetLease, 0) != Read;

    /// <summary>Takes one.</summary>
    /// <returns>It, and whether the file is open for writing; null when that cannot be told.</returns>
    public static (ReadLease? Lease, bool? IsWritten) Take(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            return (null, null);
        // Who opens the file for writing makes the kernel signal us: with SIGIO, which would end the process, unless it is told to use one
        // that is ignored by default.
        if (Control(file, SetSignal, Signal) != 0)
            return (null, null);
        if (Control(file, SetLease, Read) != 0)
            return (null, Marshal.GetLastPInvokeError() == WouldBlock ? true : null);
        return (new ReadLease(file), false);
    }

    /// <summary>Gives it back: whoever waits goes on.</summary>
    public void Dispose() => _ = Control(_file, SetLease, None);

    // Variadic in C; the calling conventions of Linux pass an int the same way.
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
