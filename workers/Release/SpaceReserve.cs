using Files.Shared;
using Microsoft.Extensions.Logging;
using Wanda.Hosting;

namespace Wanda.Workers.Release;

/// <summary>
/// Room for the databases on a disk that is full (law 6): a file that holds it until it is needed. Releasing a frame writes to the
/// catalogue and to the queue before it frees anything; with no byte left it could not begin.
/// </summary>
internal sealed partial class SpaceReserve(DataFolder data, WandaOptions options, ILogger<SpaceReserve> log, Func<long>? freeBytes = null)
{
    // The reserve is taken again when so many times its size are free. With less it would be taken and given back all the time.
    private const int TimesToTake = 4;

    /// <summary>Gives the room back when the disk is nearly full, and takes it again when there is plenty.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var (size, free) = (options.Storage.Reserve.Bytes,
            freeBytes?.Invoke() ?? new DriveInfo(Path.GetDirectoryName(data.Reserve)!).AvailableFreeSpace);
        if (File.Exists(data.Reserve))
        {
            if (free < size / 2 || size == 0)
                GiveBack();
        }
        else if (size > 0 && free >= size * TimesToTake)
        {
            await TakeAsync(size, cancellationToken);
        }
    }

    /// <summary>Gives the room back. Deleting needs none itself.</summary>
    public void GiveBack()
    {
        if (!File.Exists(data.Reserve))
            return;
        DurableFile.Delete(data.Reserve);
        GivenBack(options.Storage.Reserve);
    }

    // Written, not only promised: on some file systems a preallocated file can still fail to be written, and what it takes there is what
    // counts.
    private async Task TakeAsync(long size, CancellationToken cancellationToken) =>
        await DurableFile.WriteAsync(data.Reserve, overwrite: true, async file =>
        {
            var zeros = new byte[1 << 20];
            for (long left = size; left > 0; left -= zeros.Length)
                await file.WriteAsync(zeros.AsMemory(0, (int)Math.Min(left, zeros.Length)), cancellationToken);
        }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The disk of the databases is full: the reserve of {Size} is given back, so that frames can be released.")]
    private partial void GivenBack(ByteSize size);
}
