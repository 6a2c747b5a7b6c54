using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>
/// The places that a damaged store gets blocks from: those that frames are got back from, asked in the same order. One that does not answer
/// is not asked again: a thousand blocks would each wait for it.
/// </summary>
internal sealed class RepairSources(Catalogue catalogue, FetchedStore fetched, FrameRetrieval retrieval)
{
    private readonly List<string> _gave = [];
    private readonly Dictionary<string, SourceAnswer> _failed = [];
    private readonly Dictionary<string, SourceAnswer> _silent = [];

    /// <summary>Who gave blocks.</summary>
    public IReadOnlyList<string> Gave => _gave;

    /// <summary>Who, other than this node, was asked in vain, and what it answered first.</summary>
    public IReadOnlyList<SourceAnswer> Failed => [.. _failed.Values];

    /// <summary>Whatever copies there are of what a pin keeps. Nothing is opened before a block is wanted.</summary>
    public ICopy CopyOf(Pin pin) => new FirstSound(this, pin);

    private async Task<IReadOnlyList<Place>> PlacesAsync(Pin pin, CancellationToken cancellationToken)
    {
        var (subject, root) = await CopiedAsync(pin, cancellationToken);
        return [new Place(fetched, root, IsHere: true),
            .. (await retrieval.ElsewhereAsync(subject, cancellationToken)).Select(s => new Place(s, root, IsHere: false))];
    }

    /// <summary>What destinations call it: a frame, or the archive whose directory the block is a part of.</summary>
    private async Task<(string? Subject, Cid Root)> CopiedAsync(Pin pin, CancellationToken cancellationToken)
    {
        if (CaptureId.TryParse(pin.Owner, out var id))
        {
            return await catalogue.Captures.FindAsync(id, cancellationToken) is { DiscardedAt: not null }
                ? throw new BlockNotFoundException(pin.Cid, "its frame was discarded, and is not brought back.")
                : (pin.Owner, pin.Cid);
        }

        return ArchiveOwner.TryParse(pin.Owner, out var owner)
            && await catalogue.Sessions.FindAsync(owner.Session, cancellationToken) is { DirectoryCid: { } directory } session
            && session.Revision == owner.Revision
            ? (session.Name.Value, Cid.Parse(directory))
            : (null, pin.Cid);
    }

    private void Note(Place place, SourceAnswer answer, bool isSilent)
    {
        if (!place.IsHere)
            _failed.TryAdd(answer.Source, answer);
        if (isSilent)
            _silent.TryAdd(answer.Source, answer);
    }

    /// <summary>A place, and its copy once it was opened.</summary>
    private sealed record Place(ICopySource Source, Cid Root, bool IsHere)
    {
        private ICopy? _open;

        /// <summary>That it has no such copy, so that it is not opened again for each block.</summary>
        private BlockNotFoundException? _none;

        public async Task<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            try
            {
                _open ??= _none is null ? await Source.OpenAsync(Root, cancellationToken) : throw _none;
            }
            catch (BlockNotFoundException e)
            {
                _none = e;
                throw;
            }

            return await _open.ReadAsync(cid, buffer, cancellationToken);
        }

        public ValueTask CloseAsync() => _open?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Each block from the first place that gives it.</summary>
    private sealed class FirstSound(RepairSources sources, Pin pin) : ICopy
    {
        private IReadOnlyList<Place>? _places;

        public async ValueTask<Block> ReadAsync(Cid cid, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            _places ??= await sources.PlacesAsync(pin, cancellationToken);
            var answers = new List<SourceAnswer>();
            foreach (var place in _places)
            {
                if (sources._silent.TryGetValue(place.Source.Name, out var answer))
                {
                    answers.Add(answer);
                    continue;
                }

                try
                {
                    var block = await place.ReadAsync(cid, buffer, cancellationToken);
                    if (!sources._gave.Contains(place.Source.Name))
                        sources._gave.Add(place.Source.Name);
                    return block;
                }
                catch (Exception e) when (SourceAnswer.Is(e, cancellationToken))
                {
                    answers.Add(SourceAnswer.Of(place.Source.Name, e, place.IsHere));
                    sources.Note(place, answers[^1], SourceAnswer.IsSilence(e));
                }
            }

            throw new BlockNotFoundException(cid,
                string.Join(" ", answers.Where(a => !a.IsHere)) is { Length: > 0 } told ? told : "there is nobody to ask.");
        }

        public async ValueTask<int?> FindAsync(Cid cid, CancellationToken cancellationToken)
        {
            try
            {
                return (await ReadAsync(cid, new byte[Block.MaxBytes], cancellationToken)).Data.Length;
            }
            catch (BlockNotFoundException)
            {
                return null;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var place in _places ?? [])
                await place.CloseAsync();
        }
    }
}
