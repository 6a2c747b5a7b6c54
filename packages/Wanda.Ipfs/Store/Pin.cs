namespace Wanda.Ipfs;

/// <summary>How much a pin keeps.</summary>
public enum PinMode
{
    /// <summary>The block and everything below it.</summary>
    Recursive = 0,

    /// <summary>The block alone: a directory whose files may go.</summary>
    Direct = 1,
}

/// <summary>A claim of somebody on a block; what no pin keeps, garbage collection removes.</summary>
/// <param name="Owner">
/// Whose claim, in the caller's own words (a capture id); claims of different owners on one CID are independent.
/// </param>
/// <param name="Cid">What is kept.</param>
/// <param name="Mode">How much of it.</param>
/// <param name="Created">When the claim was last stated.</param>
public readonly record struct Pin(string Owner, Cid Cid, PinMode Mode, DateTimeOffset Created);
