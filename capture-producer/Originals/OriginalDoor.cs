using Wanda.CaptureProducer.Folders;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Originals;

/// <summary>
/// The only place in this program that removes a file of another program, and it takes proofs to open (law 2). That program may open the
/// same file at any moment and truncate it: what a writer has opened is never removed. A read lease keeps writers out while every byte is
/// read; the name is taken away before the file is, and who had found it by that name just before has time to be seen.
/// </summary>
internal sealed class OriginalDoor(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    // From finding a name to being held up by the lease it takes a program microseconds, and longer where a busy machine lets it sleep.
    private static readonly TimeSpan WithLease = TimeSpan.FromMilliseconds(100);

    // Where there is no lease (the file is another user's, or on a share) only what was written is seen.
    private static readonly TimeSpan WithoutLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Removes an original. Returns why it lies there still (<see cref="OriginalHold"/>), or null when it is gone.</summary>
    /// <param name="capture">The frame, which is released.</param>
    /// <param name="original">The file.</param>
    /// <param name="proofs">What shows that the frame is elsewhere, one proof a failure domain.</param>
    /// <param name="cancellationToken">Stops it before it is begun.</param>
    /// <exception cref="IOException">It could not be removed, and lies where it was, or aside until the next look.</exception>
    /// <exception cref="UnauthorizedAccessException">The same: it may not be removed.</exception>
    public async Task<string?> FreeAsync(
        CaptureRecord capture, HeldOriginal original, IReadOnlyList<CustodyProof> proofs, CancellationToken cancellationToken)
    {
        if (proofs.Count == 0)
            throw new ArgumentException($"No proof was brought for capture {capture.Id}: its original stays (law 2).", nameof(proofs));
        var look = original.File.Look();
        if (look.Links != 1)
            return Coded.Text(OriginalHold.OtherNames);
        if (look.Key(capture.SourcePath!) != capture.SourceKey)
            return Coded.Text(OriginalHold.Changed);
        if (original.WhyItStays() is { } reason)
            return Coded.Text(OriginalHold.NotAllowed, reason);
        var (held, isWritten) = ReadLease.Take(original.File.Handle);
        using var lease = held;
        if (isWritten == true)
            return Coded.Text(OriginalHold.Written);
        var hash = await FrameCopy.HashAsync(original.File, look, cancellationToken, () => lease?.IsWanted == true);
        if (hash is null || lease?.IsWanted == true)
            return Coded.Text(OriginalHold.Written);
        if (hash != capture.Sha256)
            return Coded.Text(OriginalHold.Damaged);
        var shut = await catalogue.Ledger.OpenOriginalAsync(new(capture, proofs, options.IsDemo, IsInPlace), cancellationToken);
        return shut is null
            ? await RemoveAsync(capture, original, lease, look)
            : Coded.Text(shut == Coded.Text(DoorCode.ProofGone) ? OriginalHold.Unproven : OriginalHold.Shut, shut);

        bool IsInPlace() => original.File.Look() == look && original.IsAt() && lease?.IsWanted != true;
    }

    // No cancellation from here on: the door is open.
    private async Task<string?> RemoveAsync(CaptureRecord capture, HeldOriginal original, ReadLease? lease, FileLook look)
    {
        var aside = HeldOriginal.AsideName(capture.Id);
        original.SetAside(aside);
        if (await IsUntouchedAsync(original, aside, lease, look))
        {
            original.Delete(aside);
            await catalogue.Ledger.ApplyAsync(new Fact.OriginalSettled(capture.Id, OriginalState.Freed), CancellationToken.None);
            return null;
        }

        // Before the lease is given back: who waits writes to a file that has its name again.
        return original.PutBack(aside) is { } other ? Coded.Text(OriginalHold.PutBack, $"{other}") : Coded.Text(OriginalHold.Written);
    }

    /// <summary>Whether nobody wanted it until whoever may have found it by its name must have come.</summary>
    private async Task<bool> IsUntouchedAsync(HeldOriginal original, RawName aside, ReadLease? lease, FileLook before)
    {
        var (began, after) = (time.GetTimestamp(), original.File.Look());
        // What was renamed may be another file, which was put in its place in the last moment.
        if (!original.IsAt(aside) || after with { ChangedNs = before.ChangedNs } != before)
            return false;
        while (time.GetElapsedTime(began) < (lease is null ? WithoutLease : WithLease))
        {
            await Task.Delay(Look, time, CancellationToken.None);
            if (lease?.IsWanted == true || original.File.Look() != after)
                return false;
        }

        return true;
    }
}
