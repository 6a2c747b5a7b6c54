namespace Wanda.Ipfs;

/// <summary>
/// A recursive pin without a list of its blocks, whose DAG cannot be followed to its end. Nothing is collected while there is one: the
/// blocks below the gap would look like garbage.
/// </summary>
public sealed class IncompletePinException(Pin pin, Exception inner)
    : IOException($"{pin.Cid}, pinned by {pin.Owner}, cannot be followed: {inner.Message} Nothing was collected; put the block again, "
        + "or unpin.", inner)
{
    /// <summary>The pin.</summary>
    public Pin Pin { get; } = pin;
}
