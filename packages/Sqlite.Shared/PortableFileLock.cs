using Microsoft.Win32.SafeHandles;

namespace Sqlite.Shared;

/// <summary>The twin that .NET has everywhere: whoever has the file open alone has the lock. Waiting is looking again.</summary>
internal sealed class PortableFileLock : IFileLock
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int Millisecond = 1;

    // .NET passes the system's own number on elsewhere: EWOULDBLOCK.
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    private readonly string _path;
    private readonly ManualResetEventSlim _never = new();
    private SafeFileHandle? _held;

    public PortableFileLock(string path)
    {
        _path = path;
        if (TryTake()) // so that a file that cannot be opened is told now
            Release();
    }

    public bool TryTake()
    {
        try
        {
            _held = File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException error) when (error.HResult == SharingViolation || error.HResult == WouldBlock)
        {
            return false;
        }
    }

    public void Take()
    {
        while (!TryTake())
            _never.Wait(Millisecond);
    }

    public void Release() => _held?.Dispose();

    public void Dispose()
    {
        Release();
        _never.Dispose();
    }
}
