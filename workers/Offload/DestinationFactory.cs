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
    /// <param name="options">The destination.</param>
    /// <param name="line">What it sends goes over this; see <see cref="UploadLine.SendingAsync"/> and <see cref="UploadLine.Meter"/>.</param>
    public IDestination Create(DestinationOptions options, UploadLine line) => options.Kind switch
    {
        "folder" => new CarFileDestination(options, new FolderStore(options), tools, line),
        "sftp" => new CarFileDestination(options, new SftpStore(options, tools.Time), tools, line),
        "wanda" => WandaDestination.Create(options, tools, line),
        "pinata" => new PinataDestination(options, tools, line),
        "pinning-service" => new PinningServiceDestination(options, tools, line),
        "kubo" => new KuboDestination(options, tools, line),
        _ => throw new NotSupportedException($"{options.Name}: no destination is of kind '{options.Kind}'."),
    };
}
