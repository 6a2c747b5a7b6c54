using Microsoft.Extensions.Logging;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.Release;

/// <summary>What operators fetched is kept for their comfort: for want of space it goes before any frame does (law 6).</summary>
internal sealed partial class FetchedCopies(DataFolder data, TimeProvider time, ILogger<FetchedCopies> log)
{
    /// <summary>Lets all of it go. Trouble with it keeps no frame from going after it.</summary>
    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(data.Fetched) || !Directory.EnumerateFiles(data.Fetched, "*.block", SearchOption.AllDirectories).Any())
                return;
            await using var store = await BlockStore.OpenAsync(data.Fetched, time, cancellationToken);
            foreach (var owner in (await store.PinsAsync(cancellationToken: cancellationToken)).Select(p => p.Owner).Distinct())
                await store.UnpinAsync(owner, cancellationToken);
            var gone = await store.CollectAsync(cancellationToken);
            if (gone.RemovedBytes > 0)
                LetGo(new ByteSize(gone.RemovedBytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Stays(data.Fetched, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Let go of {Size} that had been fetched: space is low.")]
    private partial void LetGo(ByteSize size);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What had been fetched stays in {Folder}: {Reason}")]
    private partial void Stays(string folder, string reason);
}
