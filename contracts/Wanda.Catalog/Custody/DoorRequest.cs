using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>What a release was decided on. The write that opens the door holds each of it against what is true then (law 2).</summary>
/// <param name="Capture">The frame, as it was when that was decided.</param>
/// <param name="Proofs">The proofs that are to open the door, one a failure domain.</param>
/// <param name="CountThisMachine">Whether a copy on this machine counts, as in <c>wanda demo</c> alone.</param>
/// <param name="IsFileInPlace">
/// Looks whether the frame's path still leads to the very file that was looked at. Called inside the write: it must not block for long.
/// </param>
public sealed record DoorRequest(
    CaptureRecord Capture, IReadOnlyList<CustodyProof> Proofs, bool CountThisMachine, Func<bool> IsFileInPlace)
{
    /// <summary>What it rests on, for the frame's timeline.</summary>
    public string Words => "proven by " + string.Join(", ", Proofs.Select(p =>
        $"{p.Destination} ({(p.Method == ProofMethod.Possession ? "possession" : "read back")}, {p.ProvenAt:yyyy-MM-dd HH:mm:ss} UTC)"));
}
