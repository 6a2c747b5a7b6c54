using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Destinations;

/// <summary>Writes down what was proven.</summary>
internal static class ItemProof
{
    /// <summary>A proof from now until the destination's proofs expire.</summary>
    /// <param name="item">What was proven.</param>
    /// <param name="destination">Where.</param>
    /// <param name="method">How.</param>
    /// <param name="endpoint">Where the question was asked; without a secret.</param>
    /// <param name="onThisMachine">Whether that is this machine.</param>
    /// <param name="flushes">How it flushes; null where it was not asked.</param>
    /// <param name="bytes">How many bytes were hashed there, or read back.</param>
    /// <param name="digest">The SHA-256 that came out.</param>
    /// <param name="time">The clock.</param>
    public static CustodyProof Of(
        OffloadItem item, DestinationOptions destination, ProofMethod method, string endpoint, bool onThisMachine, Flushes? flushes,
        long bytes, byte[] digest, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new CustodyProof
        {
            Id = Guid.CreateVersion7(now).ToString(),
            SubjectKind = item.Kind,
            Subject = item.Subject,
            Cid = item.Cid.ToString(),
            Destination = destination.Name,
            FailureDomain = destination.Domain,
            OnThisMachine = onThisMachine,
            Flushes = flushes,
            Method = method,
            Bytes = bytes,
            Digest = Convert.ToHexStringLower(digest),
            Endpoint = endpoint,
            Place = destination.Place,
            ProvenAt = now,
            ExpiresAt = now + destination.ProofLifetime,
        };
    }
}
