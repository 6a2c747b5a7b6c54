using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Copies;

/// <summary>A destination's copy that stays open until it is disposed, where <see cref="IReadable"/> reads within one call.</summary>
internal sealed class OpenCopy : ICopy
{
    private readonly TaskCompletionSource<IBlockSource> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Cid _root;
    private readonly Task _reading;

    private OpenCopy(IReadable there, OffloadItem item, CancellationToken cancellationToken) =>
        (_root, _reading) = (item.Cid, HoldAsync(there, item, cancellationToken));

    /// <exception cref="BlockNotFoundException">It does not hold the item.</exception>
    /// <exception cref="IOException">It is down, or refuses us.</exception>
    public static async Task<OpenCopy> OpenAsync(IReadable there, OffloadItem item, CancellationToken cancellationToken)
    {
        var copy = new OpenCopy(there, item, cancellationToken);
        await Task.WhenAny(copy._opened.Task, copy._reading);
        if (!copy._opened.Task.IsCompletedSuccessfully)
        {
            await TellAsync(item.Cid, async () =>
            {
                await copy._reading;
                return true;
            });
        }

        return copy;
    }

    public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken) =>
        await TellAsync(_root, async () => await (await _opened.Task).ReadAsync(cid, buffer, cancellationToken));

    public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken) =>
        await TellAsync(_root, async () => await (await _opened.Task).FindAsync(cid, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        _closed.TrySetResult();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task HoldAsync(IReadable there, OffloadItem item, CancellationToken cancellationToken)
    {
        await there.ReadAsync(item, blocks =>
        {
            _opened.SetResult(blocks);
            return _closed.Task;
        }, cancellationToken);
    }

    private static async Task<T> TellAsync<T>(Cid root, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is NotHeldException or CarFormatException)
        {
            throw new BlockNotFoundException(root, e.Message);
        }
        catch (Exception e) when (e is DestinationDownException or PoisonException or NotNowException)
        {
            throw new IOException((e as DestinationDownException)?.Words ?? e.Message, e);
        }
    }
}
