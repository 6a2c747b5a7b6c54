using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload.Files;
using Wanda.Workers.Offload.Folder;
using Wanda.Workers.Offload.Kubo;
using Wanda.Workers.Offload.Pinata;
using Wanda.Workers.Offload.PinningService;
using Wanda.Workers.Offload.Sftp;
using Wanda.Workers.Offload.Wanda;

namespace Wanda.Workers.Offload;

/// <summary>What destinations are made with.</summary>
/// <param name="Options">The node's configuration.</param>
/// <param name="Ipfs">Our blocks.</param>
/// <param name="ReadBack">The proof of those that hash no nonce for us.</param>
/// <param name="Time">The clock.</param>
/// <param name="Kubo">Our own Kubo, which others may fetch from; null when there is none.</param>
internal sealed record DestinationTools(WandaOptions Options, IIpfsNode Ipfs, ReadBack ReadBack, TimeProvider Time, KuboClient? Kubo = null);

/// <summary>Makes the destinations of each kind, a folder a kind; <see cref="DestinationKind"/> says which keys it needs.</summary>
internal sealed class DestinationFactory(DestinationTools tools)
{
    public IDestination Create(DestinationOptions options) => options.Kind switch
    {
        "folder" => new CarFileDestination(options, new FolderStore(options), tools),
        "sftp" => new CarFileDestination(options, new SftpStore(options, tools.Time), tools),
        "wanda" => WandaDestination.Create(options, tools),
        "pinata" => new PinataDestination(options, tools),
        "pinning-service" => new PinningServiceDestination(options, tools),
        "kubo" => new KuboDestination(options, tools),
        _ => throw new NotSupportedException($"{options.Name}: no destination is of kind '{options.Kind}'."),
    };
}
