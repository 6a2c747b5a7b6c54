namespace Wanda.Hosting;

/// <summary>Lets the processes of a node prepare its stores one after the other. A turn ends with its process, however that dies.</summary>
internal static class StartTurn
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    // .NET passes the system's own number on elsewhere: EWOULDBLOCK.
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Waits for the turn, as long as that takes: a rebuild reads every journal.</summary>
    /// <exception cref="IOException">The file cannot be opened for another reason than that somebody has it.</exception>
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException e) when (IsHeld(e))
            {
                await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether a file could not be opened because somebody holds it.</summary>
    public static bool IsHeld(IOException e) => e.HResult == SharingViolation || e.HResult == WouldBlock;
}
