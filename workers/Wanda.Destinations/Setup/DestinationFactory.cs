using Wanda.Destinations.Files;
using Wanda.Destinations.Folder;
using Wanda.Destinations.Kubo;
using Wanda.Destinations.Pinata;
using Wanda.Destinations.PinningService;
using Wanda.Destinations.Sftp;
using Wanda.Destinations.Wanda;
using Wanda.Hosting;

namespace Wanda.Destinations;

/// <summary>Makes the destinations of each kind, a folder a kind; <see cref="DestinationKind"/> says which keys it needs.</summary>
public sealed class DestinationFactory(DestinationTools tools)
{
    /// <param name="options">The destination.</param>
    /// <param name="line">What it sends goes over this; see <see cref="UploadLine.SendingAsync"/>.</param>
    public IDestination Create(DestinationOptions options, UploadLine line) => options.Kind switch
    {
        "folder" => new CarFileDestination(options, new FolderStore(options), tools, line),
        "sftp" => new CarFileDestination(options, new SftpStore(options, tools.Time), tools, line),
        "wanda" => new WandaDestination(options, tools, line),
        "pinata" => new PinataDestination(options, tools, line),
        "pinning-service" => new PinningServiceDestination(options, tools, line),
        "kubo" => new KuboDestination(options, tools, line),
        _ => throw new NotSupportedException($"{options.Name}: no destination is of kind '{options.Kind}'."),
    };
}
