using System.Globalization;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Originals;

/// <summary>
/// Which files of a watched folder are this node's to free: by the operator's word alone, and only those that came after it, unless it
/// includes what was there before. In doubt a file is somebody else's.
/// </summary>
internal sealed class Adoption(
    string source, WatchOptions watch, SourceFolder folder, OriginalStore store, ClockTrust clock, TimeProvider time)
{
    private AdoptionRecord? _word;
    private string? _root;
    private volatile bool _isNew;

    /// <summary>
    /// The word, as it is on record; from now on when it is new. Null while the clock is not believed: files cannot be held against a time
    /// then (law 10).
    /// </summary>
    public async Task<AdoptionRecord?> FindAsync(CancellationToken cancellationToken)
    {
        if (_word is not null || watch.Take != WatchTake.Adopt)
            return _word;
        if (await store.FindAsync(source, watch.Path, cancellationToken) is not { } word)
        {
            if (await clock.ProblemAsync(cancellationToken) is not null)
                return null;
            await store.BeginAsync(source, watch.Path, cancellationToken);
            word = await store.FindAsync(source, watch.Path, cancellationToken);
            _isNew = true;
        }

        _root = word?.Root;
        return _word = word;
    }

    /// <summary>Whether a file that is taken now is ours to free once its frame is released.</summary>
    public async Task<bool> IncludesAsync(WatchedFile file, CaptureKind kind, CancellationToken cancellationToken)
    {
        if (watch.Take != WatchTake.Adopt || kind == CaptureKind.Sidecar
            || await FindAsync(cancellationToken) is not { } word || !(watch.AdoptExisting || IsLater(file, word.Since)))
        {
            return false;
        }

        await SawAsync(folder.RootLook(), cancellationToken);
        return true;
    }

    /// <summary>Whether it is the folder in which originals were seen: where it is another, a disk is away.</summary>
    public bool IsThere(FileLook root) => _root == Identity(root);

    /// <summary>An original was seen in the folder.</summary>
    public async Task SawAsync(FileLook root, CancellationToken cancellationToken)
    {
        if (IsThere(root))
            return;
        _root = Identity(root);
        await store.SawAsync(source, _root, cancellationToken);
    }

    /// <summary>
    /// By the kernel's times, which no program sets. A birth decides: that of a file which is written over stays, and what it holds may be
    /// older than the word. Without births only a file that was seen coming is known to have come. A time to come, or a file that lay there
    /// when the word was new, leaves it in doubt.
    /// </summary>
    private bool IsLater(WatchedFile file, DateTimeOffset since)
    {
        var (look, from, until) = (file.Look, Ns(since), Ns(time.GetUtcNow()));
        if (file.IsBacklog && (_isNew || look.BornNs == 0))
            return false;
        var came = look.BornNs != 0 ? look.BornNs : look.ChangedNs;
        return came >= from && came <= until;
    }

    private static long Ns(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static string Identity(FileLook root) => string.Create(CultureInfo.InvariantCulture, $"{root.Inode}.{root.BornNs}");
}
