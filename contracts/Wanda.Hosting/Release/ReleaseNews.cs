using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Hosting;

/// <summary>
/// Whether a frame that was settled now may go now: then the release is told, and only then. A frame that stays for nights is found by
/// the sweep when they are over, and no message waits for that.
/// </summary>
public sealed class ReleaseNews(Catalogue catalogue, DiskSpace space, WandaOptions options)
{
    /// <summary>Of a new proof.</summary>
    public async Task<bool> IsAwaitedAsync(CancellationToken cancellationToken) => options.Release.When switch
    {
        ReleaseWhen.Never => false,
        ReleaseWhen.Proven => true,
        _ => await space.IsDrainingAsync(cancellationToken),
    };

    /// <summary>
    /// Of a preview that is made, or that there is none. A frame that is not proven yet does not wait for it: its proof comes later, and
    /// finds it settled.
    /// </summary>
    public async Task<bool> IsAwaitedAsync(CaptureId settled, CancellationToken cancellationToken) =>
        await IsAwaitedAsync(cancellationToken) && (await catalogue.Custody.ProofsOfAsync(settled.ToString(), cancellationToken)).Count > 0;
}
