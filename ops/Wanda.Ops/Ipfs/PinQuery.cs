using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>What the node's own store keeps under a CID.</summary>
/// <param name="Cid">The CID.</param>
/// <param name="Type"><c>recursive</c>, or <c>direct</c> for a directory whose files go by themselves.</param>
/// <param name="Name">What it is called; null where nobody gave it a name.</param>
/// <param name="SizeBytes">Its size; null where that is not on record.</param>
/// <param name="PinnedAt">Since when, UTC.</param>
/// <param name="LocalPath">Where the page gets it: <c>/captures/NAME</c>, else <c>/ipfs/CID</c>.</param>
public sealed record PinView(string Cid, string Type, string? Name, long? SizeBytes, DateTimeOffset PinnedAt, string LocalPath);

/// <summary>A page of pins, newest first.</summary>
public sealed record PinPage(IReadOnlyList<PinView> Pins, int Total, int Limit, int Offset);

/// <summary>Reads what the node's own store has pinned, each CID once.</summary>
internal sealed class PinQuery(Catalogue catalogue, FrameRetrieval retrieval)
{
    /// <summary>The largest page.</summary>
    public const int MaxPage = 500;

    public async Task<PinPage> ListAsync(string? type, int limit, int offset, CancellationToken cancellationToken)
    {
        (limit, offset) = (Math.Clamp(limit, 1, MaxPage), Math.Max(0, offset));
        PinMode? mode = type switch
        {
            null or "" or "all" => null,
            "recursive" => PinMode.Recursive,
            "direct" => PinMode.Direct,
            _ => throw new AppException(AppError.InvalidRequest, $"type: '{type}' is none. Write recursive, direct or all."),
        };
        var store = await retrieval.Own.FindAsync(cancellationToken);
        var pins = store is null ? [] : (await store.PinsAsync(cancellationToken: cancellationToken))
            .Where(p => mode is null || p.Mode == mode).Reverse().DistinctBy(p => p.Cid).ToList();
        var views = new List<PinView>();
        foreach (var pin in pins.Skip(offset).Take(limit))
            views.Add(await ViewAsync(store!, pin, cancellationToken));
        return new PinPage(views, pins.Count, limit, offset);
    }

    private async Task<PinView> ViewAsync(BlockStore store, Pin pin, CancellationToken cancellationToken)
    {
        var (name, size, path) = ((string?)null, (long?)null, $"/ipfs/{pin.Cid}");
        if (CaptureId.TryParse(pin.Owner, out var id) && await catalogue.Captures.FindAsync(id, cancellationToken) is { } capture)
        {
            var view = CaptureView.Of(new FrameRow(capture, new FrameCustody()), copies: 1);
            (name, size, path) = (view.Name, view.SizeBytes, view.Path);
        }
        else if (ArchiveOwner.TryParse(pin.Owner, out var archive))
        {
            name = archive.Session.Value;
        }
        else if (AskedPin.Is(pin.Owner))
        {
            name = await store.NoteOfAsync(pin.Owner, cancellationToken);
        }

        return new PinView(
            pin.Cid.ToString(), pin.Mode == PinMode.Direct ? "direct" : "recursive", string.IsNullOrEmpty(name) ? null : name, size,
            pin.Created, path);
    }
}
