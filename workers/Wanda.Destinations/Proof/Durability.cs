using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>Law 2: what is in a machine's memory alone is no copy, however often it is read back from there.</summary>
internal static class Durability
{
    /// <summary>What a proof is to say of a place that can be asked: it flushes, or there is no proof.</summary>
    /// <param name="destination">Its name.</param>
    /// <param name="flushing">What it said.</param>
    /// <param name="reason">Why it does not, or why that cannot be told, and what to do: the rest of a sentence about it.</param>
    /// <exception cref="DestinationDownException">It does not flush, or that cannot be told.</exception>
    public static Flushes Ensure(string destination, Flushing flushing, string reason) => flushing == Flushing.Yes
        ? Flushes.Yes
        : throw new DestinationDownException(
            $"it gives no proof, for a power cut there {(flushing == Flushing.No ? "would" : "might")} take what it holds: it "
                + reason, needsOperator: true, destination: destination);
}
