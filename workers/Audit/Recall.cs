using System.Security.Cryptography;
using Files.Shared;
using MassTransit;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Discard;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Audit;

/// <summary>
/// Brings released frames back whose copies vanished, from wherever one still is. A frame that is back is one that is here: it is sent,
/// proven and released as any other. One that cannot be had now is asked for again at the next round, for ever.
/// </summary>
internal sealed partial class Recall(
    Catalogue catalogue, StorageRoot root, IIpfsNode ipfs, DestinationSet destinations, FrameFiles files, ChangedFiles changed,
    DiscardDoor discard, DiskSpace space, FormerPlaces former, Takers takers, JournalWriter journal, WandaOptions options,
    TimeProvider time, IBus bus, ILogger<Recall> log)
{
    private const int Page = 50;
    private const string NoRoom = "there is no room for it above release.lowWater";

    // Finding frames that nobody of today has proven walks all that were ever freed.
    private static readonly TimeSpan WalkEvery = TimeSpan.FromHours(1);
    private DateTimeOffset? _walked;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Frames are brought back only for destinations that are open. A paused one would not take the frame, so it would be released again
        // and brought back again.
        var open = (await catalogue.Destinations.ListAsync(cancellationToken)).Where(d => d.State == DestinationState.Open)
            .Select(d => d.Name).ToHashSet();
        var names = destinations.Taking.Select(d => d.Name).Where(open.Contains).ToList();
        former.AskAgain();
        var begun = time.GetUtcNow();
        if (await AllAsync((before, cancellationToken) => catalogue.Audits.ToRecallAsync(names, before, Page, cancellationToken),
                begun, cancellationToken)
            && (_walked is not { } last || (begun - last).Duration() >= WalkEvery))
        {
            await AllAsync((before, cancellationToken) => catalogue.Audits.UnprovenAsync(before, Page, cancellationToken),
                begun, cancellationToken);
            _walked = begun;
        }

        // What is never freed would stay here.
        if (options.Release.When == ReleaseWhen.Never)
            return;
        foreach (var leaving in destinations.All.Where(d => d.Options.Drain && d.GivesProof && open.Contains(d.Name)))
            await MoveAsync(leaving, cancellationToken);
    }

    /// <summary>Brings back what is only at a destination that is being emptied, as fast as the others take it.</summary>
    private async Task MoveAsync(Offloader leaving, CancellationToken cancellationToken)
    {
        var (begun, lately) = (time.GetTimestamp(), time.GetUtcNow() - WalkEvery);
        CaptureId? after = null;
        while (time.GetElapsedTime(begun) <= options.Audit.Interval && await takers.TakeMoreAsync(options.Release.Copies, cancellationToken)
            && await catalogue.Audits.ToMoveAsync(
                leaving.Name, options.Release.Copies, options.IsDemo, after, lately, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var capture in page)
            {
                if (!await TryAsync(capture, cancellationToken))
                    return;
            }

            after = page[^1].Id;
        }
    }

    /// <summary>Each of them once. False when there is no room for more.</summary>
    private async Task<bool> AllAsync(
        Func<DateTimeOffset, CancellationToken, Task<IReadOnlyList<CaptureRecord>>> find, DateTimeOffset begun,
        CancellationToken cancellationToken)
    {
        while (await find(begun, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var capture in page)
            {
                if (!await TryAsync(capture, cancellationToken))
                    return false;
            }

            // What was looked at is left out by its time, which the clock must have passed.
            if (time.GetUtcNow() <= begun)
                return true;
        }

        return true;
    }

    /// <summary>False when there is no room for more.</summary>
    private async Task<bool> TryAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        if (await WhyNotAsync(capture, cancellationToken) is not { } why)
            return true;
        await catalogue.Events.FailedAsync(capture.Id.ToString(), $"could not be brought back: {why}", cancellationToken);
        await catalogue.Audits.NotRecalledAsync(capture.Id.ToString(), cancellationToken);
        return why != NoRoom;
    }

    /// <summary>Null when it is back.</summary>
    private async Task<string?> WhyNotAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        try
        {
            await root.EnsurePresentAsync(cancellationToken);
            var path = root.Resolve(capture.Path);
            // The file may be back already: a crash can come after the download and before the row says so.
            if (await files.WrongAsync(capture, everyByte: true, cancellationToken) is not null)
            {
                if (await space.IsDrainingAsync(cancellationToken) || space.FreeBytes - capture.SizeBytes < options.Release.LowWater.Bytes)
                    return NoRoom;
                // What lies in its place is somebody's work, or its own damaged bytes: it makes room and is kept.
                await changed.SetAsideAsync(capture, cancellationToken);
                if (await FetchAsync(capture, path, cancellationToken) is { } why)
                    return why;
            }

            await BackAsync(capture, path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private async Task BackAsync(CaptureRecord capture, string path)
    {
        var file = FileIdentity.Of(path) ?? throw new FileNotFoundException($"{path} vanished right after it was written.", path);
        if (!await catalogue.Ledger.ApplyAsync(new Fact.Recalled(capture.Id, file.ModifiedNs, file.Inode,
            "its bytes are here again, to be sent anew"), CancellationToken.None))
        {
            // An operator discarded the frame during the download: it is erased again, by the door for discarded frames (law 2).
            if (await catalogue.Captures.FindAsync(capture.Id, CancellationToken.None) is { DiscardedAt: not null } gone)
                await discard.EraseAsync(gone);
            return;
        }

        await journal.WriteAsync(capture.Session, CancellationToken.None);
        await ipfs.AddFileAsync(path, capture.Id.ToString(), capture.Sha256, CancellationToken.None);
        BroughtBack(capture.Session, capture.Number);
        await destinations.SendAsync(capture, bus, time.LocalTimeZone, CancellationToken.None);
    }

    /// <summary>
    /// From those that have proven it first, then from places that did and are not configured any more. Null when the file is whole, under
    /// its name and on disk; otherwise what each said.
    /// </summary>
    private async Task<string?> FetchAsync(CaptureRecord capture, string path, CancellationToken cancellationToken)
    {
        var proofs = await catalogue.Custody.ProofsOfAsync(capture.Id.ToString(), cancellationToken);
        var (item, proven, said) = (OffloadItem.Of(capture), proofs.Select(p => p.Destination).ToHashSet(), new List<string>());
        foreach (var destination in destinations.All.OrderBy(d => !proven.Contains(d.Name)))
        {
            if (destination.Destination is IReadable there && await FromAsync(destination.Name, read => destination.RunAsync(
                cancellationToken => there.ReadAsync(item, read, cancellationToken), cancellationToken)))
            {
                return null;
            }
        }

        foreach (var (place, there) in former.Of(proofs))
        {
            if (!await takers.TakeMoreAsync(1, cancellationToken))
                return "it is only where this node does not send any more, and nobody takes more just now";
            if (await FromAsync(there.Name, read => former.ReadAsync(place, there, item, read, cancellationToken)))
                return null;
        }

        return said.Count == 0 ? "no destination can be read from" : string.Join("; ", said);

        async Task<bool> FromAsync(string name, Func<Func<IBlockSource, Task>, Task> reading)
        {
            try
            {
                DurableFile.CreateDirectory(Path.GetDirectoryName(path)!);
                await reading(copy => DurableFile.WriteApartAsync(path, SessionFolder.Temporaries(root.FolderOf(capture.Session)),
                    overwrite: false, file => CopyAsync(copy, capture, file, cancellationToken), cancellationToken));
                return true;
            }
            catch (Exception e) when (e is NotNowException or NotHeldException or DestinationDownException or BlockNotFoundException
                or DagFormatException or CarFormatException)
            {
                said.Add($"{name}: {e.Message}");
                return false;
            }
        }
    }

    private static async Task CopyAsync(IBlockSource source, CaptureRecord capture, FileStream to, CancellationToken cancellationToken)
    {
        await using var from = await UnixFsReader.OpenAsync(source, Cid.Parse(capture.Cid!), cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (int count; (count = await from.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, count);
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != capture.Sha256)
            throw new NotHeldException($"what it holds under {capture.Cid} is not what was saved");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Brought {Session}/{Number} back, to be sent again.")]
    private partial void BroughtBack(SessionName session, int number);
}
