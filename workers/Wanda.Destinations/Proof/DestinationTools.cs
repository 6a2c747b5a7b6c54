using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>What destinations are made with.</summary>
/// <param name="Options">The node's configuration.</param>
/// <param name="Ipfs">Our blocks.</param>
/// <param name="ReadBack">The proof of those that hash no nonce for us.</param>
/// <param name="Time">The clock.</param>
/// <param name="Kubo">Our own Kubo, which others may fetch from; null when there is none.</param>
/// <param name="Catalogue">Where it is recorded what was found of a destination; null where nothing is proven.</param>
/// <param name="Loggers">Makes their logs; null for none.</param>
public sealed record DestinationTools(
    WandaOptions Options, IIpfsNode Ipfs, ReadBack ReadBack, TimeProvider Time, KuboClient? Kubo = null, Catalogue? Catalogue = null,
    ILoggerFactory? Loggers = null);
