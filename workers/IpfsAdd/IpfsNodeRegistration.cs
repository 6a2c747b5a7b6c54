using Microsoft.Extensions.DependencyInjection;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.IpfsAdd;

/// <summary>Which <see cref="IIpfsNode"/> the consumers get; none of them knows which.</summary>
internal static class IpfsNodeRegistration
{
    public static void AddIpfsNode(this IServiceCollection services, WandaOptions node, BlockStore store, TimeProvider time)
    {
        var (options, kubo) = (node.Ipfs, node.Ipfs.Kubo);
        var embedded = new EmbeddedNode(store, UnixFsProfile.Parse(options.Profile));
        if (kubo.Manage)
        {
            // Before all that uses it: what comes first is stopped last.
            services.AddSingleton(_ => new KuboManager(ManagedKubo.OptionsOf(node), time));
            services.AddHostedService<KuboKeeper>();
        }
        else
        {
            services.AddHostedService<WithoutKeeper>();
        }

        if (kubo.IsUsed)
        {
            services.AddSingleton(_ => new KuboClient(Endpoint(node), time)); // through a factory, so that the container closes it
            // Also when it is left alone now: it may hold what it was given before (law 2).
            services.AddSingleton<IServingNode>(provider => new ServingKubo(provider.GetRequiredService<KuboClient>()));
        }

        if (options.Mode == IpfsMode.Embedded || !kubo.IsUsed || !kubo.AutoPin)
        {
            services.AddSingleton<IIpfsNode>(embedded);
            services.AddHostedService<WithoutKubo>();
            return;
        }

        services.AddSingleton(provider => new KuboRoom(
            provider.GetRequiredService<KuboClient>(), RoomOf(node), time));
        services.AddSingleton(provider => new KuboMirror(store, provider.GetRequiredService<KuboClient>(), time, new()
        {
            MinVersion = Version.Parse(kubo.MinVersion),
            Shared = !kubo.IsOurs,
            Room = provider.GetRequiredService<KuboRoom>().AskAsync,
            NameOf = (owner, cancellationToken) => NameAsync(provider.GetRequiredService<Catalogue>(), owner, cancellationToken),
        }));
        services.AddSingleton<IIpfsNode>(provider =>
            options.Mode == IpfsMode.Kubo ? new MirroredNode(embedded, provider.GetRequiredService<KuboMirror>()) : embedded);
        services.AddHostedService<KuboTimer>();
    }

    /// <summary>What a pin is called there: a frame by its session and name, an archive by its owner here.</summary>
    private static async ValueTask<string?> NameAsync(Catalogue catalogue, string owner, CancellationToken cancellationToken) =>
        CaptureId.TryParse(owner, out var id) && await catalogue.Captures.FindAsync(id, cancellationToken) is { } capture
            ? $"{capture.Session}/{capture.FileName}"
            : owner;

    /// <summary>A second copy of the frames must not take the room that new ones need.</summary>
    private static KuboRoomLimit RoomOf(WandaOptions node)
    {
        var kubo = node.Ipfs.Kubo;
        var limit = new KuboRoomLimit(kubo.MaxStorage?.Bytes, kubo.GcWatermark / 100d, kubo.IsOurs);
        return kubo.Manage
            ? limit with { MinFreeBytes = 2 * node.Storage.Floor.Bytes, FreeBytes = () => new DriveInfo(node.Data).AvailableFreeSpace }
            : limit;
    }

    private static RemoteEndpoint Endpoint(WandaOptions node)
    {
        var (address, token, name) = node.Ipfs.Kubo.RpcIn(node.Data)!.Value;
        return KuboAddress.Endpoint(address, token, name) with { Tries = 2 }; // one that is away is asked again with the next round
    }
}
