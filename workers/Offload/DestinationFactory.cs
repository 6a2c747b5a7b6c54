using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload.Wanda;

namespace Wanda.Workers.Offload;

/// <summary>What destinations are made with.</summary>
/// <param name="Ipfs">Our blocks.</param>
/// <param name="ReadBack">The proof of those that hash no nonce for us.</param>
/// <param name="Time">The clock.</param>
internal sealed record DestinationTools(IIpfsNode Ipfs, ReadBack ReadBack, TimeProvider Time);

/// <summary>Makes the destinations of each kind, a folder a kind; <see cref="DestinationKind"/> says which keys it needs.</summary>
internal sealed class DestinationFactory(DestinationTools tools)
{
    public IDestination Create(DestinationOptions options) => options.Kind switch
    {
        "wanda" => WandaDestination.Create(options, tools),
        _ => throw new NotSupportedException($"{options.Name}: no destination is of kind '{options.Kind}'."),
    };
}
