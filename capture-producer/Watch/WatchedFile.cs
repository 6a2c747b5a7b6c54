using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Imaging;

namespace Wanda.CaptureProducer.Watch;

/// <summary>One state of one file: when another program writes it anew, that is another one.</summary>
/// <param name="Path">Below the watched folder.</param>
/// <param name="Look">What it looked like.</param>
internal sealed record WatchedFile(RawName Path, FileLook Look)
{
    /// <summary>Format, and whether the file is complete; null while the caller is asked whether it knows the file.</summary>
    public FrameInspection? Inspection { get; init; }

    /// <summary>Whether it was there before the watch began: what comes in meanwhile goes first.</summary>
    public bool IsBacklog { get; init; }

    /// <summary>How often it could not be taken.</summary>
    public int Failures { get; init; }
}

/// <summary>What came of taking a file.</summary>
internal readonly record struct TakeAnswer
{
    private TakeAnswer(bool settled, Refusal? refusal, TimeSpan? again) => (IsSettled, Refusal, Again) = (settled, refusal, again);

    /// <summary>It was a capture already, by its content.</summary>
    public static TakeAnswer Known { get; } = new(true, null, null) { IsKnown = true };

    /// <summary>It is a capture now, or was one already.</summary>
    public static TakeAnswer Settled { get; } = new(true, null, null);

    /// <summary>It was written to, or is gone: it is looked at as if it had just come.</summary>
    public static TakeAnswer Changed { get; } = new(false, null, null);

    /// <summary>It is taken later as it is then, and needs no word: it was taken not long ago.</summary>
    public static TakeAnswer Later(TimeSpan wait) => new(false, null, wait);

    /// <summary>Whether nothing is left to do about this state of the file.</summary>
    public bool IsSettled { get; }

    /// <summary>Whether nothing was taken, since it was a capture before.</summary>
    public bool IsKnown { get; private init; }

    /// <summary>Why it is not taken; null when it is, or is looked at anew.</summary>
    public Refusal? Refusal { get; }

    /// <summary>When it is tried again although it has not changed; null: not before it changes.</summary>
    public TimeSpan? Again { get; }

    /// <summary>It is not taken.</summary>
    public static TakeAnswer Refused(Refusal refusal, TimeSpan? again = null) => new(again is null, refusal, again);
}

/// <summary>Who a <see cref="FolderWatcher"/> works for.</summary>
internal interface IFileTaker
{
    /// <summary>Whether a file with this look was taken already.</summary>
    Task<bool> KnowsAsync(WatchedFile file, CancellationToken cancellationToken);

    /// <summary>Whether the operator's patterns leave something out. It is neither waited for, nor are its versions counted.</summary>
    Task<bool> LeavesOutAsync(RawName path, EntryKind kind, long bytes, CancellationToken cancellationToken);

    /// <summary>Takes a file that is complete and at rest.</summary>
    Task<TakeAnswer> TakeAsync(WatchedFile file, CancellationToken cancellationToken);

    /// <summary>Something that was seen is not taken.</summary>
    Task RefuseAsync(RawName path, Refusal refusal, long bytes, CancellationToken cancellationToken);

    /// <summary>What was refused is taken, or is not there any more.</summary>
    Task SettleAsync(RawName path, CancellationToken cancellationToken);

    /// <summary>The folder was looked through whole: what was refused and is not there any more is settled.</summary>
    Task SettleGoneAsync(CancellationToken cancellationToken);

    /// <summary>Complete versions of files were overwritten or removed before they had rested long enough to be taken.</summary>
    Task MissedAsync(int versions, bool exactly, CancellationToken cancellationToken);

    /// <summary>The folder was looked at; null, or why it cannot be read.</summary>
    Task LookedAsync(string? problem, CancellationToken cancellationToken);
}
