using Microsoft.Extensions.DependencyInjection;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.IpfsAdd;

/// <summary>Which <see cref="IIpfsNode"/> the consumers get; none of them knows which.</summary>
internal static class IpfsNodeRegistration
{
    public static void AddIpfsNode(this IServiceCollection services, IpfsOptions options, BlockStore store, TimeProvider time)
    {
        var embedded = new EmbeddedNode(store, UnixFsProfile.Parse(options.Profile));
        if (options.Kubo.Url is not null)
        {
            services.AddSingleton(_ => new KuboClient(Endpoint(options.Kubo), time)); // through a factory, so that the container closes it
            // Also when it is left alone now: it may hold what it was given before (law 2).
            services.AddSingleton<IServingNode>(provider => new ServingKubo(provider.GetRequiredService<KuboClient>()));
        }

        if (options.Mode == IpfsMode.Embedded || options.Kubo.Url is null)
        {
            services.AddSingleton<IIpfsNode>(embedded);
            services.AddHostedService<WithoutKubo>();
            return;
        }

        services.AddSingleton(provider => new KuboMirror(store, provider.GetRequiredService<KuboClient>(), time, new()
        {
            MinVersion = Version.Parse(options.Kubo.MinVersion),
            Shared = options.Kubo.Shared,
        }));
        services.AddSingleton<IIpfsNode>(provider =>
            options.Mode == IpfsMode.Kubo ? new MirroredNode(embedded, provider.GetRequiredService<KuboMirror>()) : embedded);
        services.AddHostedService<KuboTimer>();
    }

    private static RemoteEndpoint Endpoint(KuboOptions options) => new(new Uri(options.Url!))
    {
        Name = $"Kubo at {new Uri(options.Url!).Authority}",
        Authorization = (options.Token ?? (options.TokenFile is { } file ? File.ReadAllText(file).Trim() : null)) is { } token
            ? RemoteEndpoint.Bearer(token)
            : null,
        Tries = 2, // a daemon that is away is asked again with the next round
    };
}
