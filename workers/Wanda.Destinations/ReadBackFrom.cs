using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>Where a destination's copy is read from: its own endpoint, and nothing of ours.</summary>
/// <param name="Source">Asked for the blocks. What it gives was hashed: no <see cref="Block"/> can be made otherwise.</param>
/// <param name="Endpoint">What the proof says of where the question was asked; holds no secret.</param>
/// <param name="OnThisMachine">Whether that is this machine.</param>
/// <param name="Flushes">How it puts on its disk what it takes; null where it does not say.</param>
/// <param name="MayFetch">
/// Whether it could get a block that it does not hold from somewhere else, ourselves included: a gateway can, a disk cannot.
/// </param>
public sealed record ReadBackFrom(IBlockSource Source, string Endpoint, bool OnThisMachine, Flushes? Flushes, bool MayFetch);
