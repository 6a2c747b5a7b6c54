using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>Asks a remote through a client of <c>Wanda.Ipfs</c>; its failures are told as a destination's.</summary>
internal static class RemoteCall
{
    /// <param name="destination">Its name.</param>
    /// <param name="kind">What should be at that address, such as <c>a pinning service</c>.</param>
    /// <param name="item">What it is about; null for none.</param>
    /// <param name="call">What is asked.</param>
    public static async Task<T> RunAsync<T>(string destination, string kind, OffloadItem? item, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (CidDisagreementException e)
        {
            // Its word is checked against our own hash, never taken for it.
            throw new NotHeldException($"it calls {item?.Labels.Name} {e.Answered}; its CID is {e.Computed}.");
        }
        catch (RemoteException e)
        {
            throw Verdict.Of(destination, e, item is null ? "a request" : $"{item.Labels.Session}/{item.Labels.Name}", kind);
        }
        catch (BlockNotFoundException e) when (item is not null)
        {
            throw OwnBlocks.Damaged(item, e);
        }
    }

    public static Task RunAsync(string destination, string kind, OffloadItem? item, Func<Task> call) =>
        RunAsync(destination, kind, item, async () =>
        {
            await call();
            return true;
        });
}
