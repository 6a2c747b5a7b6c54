using Microsoft.AspNetCore.Http;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Faults.LyingPinners;

/// <summary>A pinner of one kind, with a proxy before it that lies.</summary>
internal abstract class Pinner : IAsyncDisposable
{
    protected const string Token = "s3cret-token";

    public FaultProxy Proxy { get; private set; } = null!;

    public static async Task<Pinner> StartAsync(string kind)
    {
        Pinner pinner = kind switch
        {
            "pinata" => new PinataPinner(),
            "pinning-service" => new ServicePinner(),
            _ => new KuboPinner(),
        };
        pinner.Proxy = await FaultProxy.StartAsync(await pinner.ListenAsync());
        return pinner;
    }

    /// <summary>The destination's configuration.</summary>
    public abstract DestinationOptions Options { get; }

    /// <summary>Whether a request gives it a frame, or asks it to keep one.</summary>
    public abstract bool IsPush(HttpRequest request);

    /// <summary>The CID that a request reads back; null when it reads none.</summary>
    public abstract Cid? Reads(HttpRequest request);

    /// <summary>Whether what is read back comes as a CAR.</summary>
    public virtual bool IsCar(HttpRequest request) => request.Query["format"] == "car";

    /// <summary>What it says of a CID that it does not have.</summary>
    public virtual Task MissingAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("not found");
    }

    /// <summary>Makes it say that the copy is private.</summary>
    public virtual void KeepPrivate() => Proxy.Fault = async context =>
    {
        if (Reads(context.Request) is null)
            return false;
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        await context.Response.WriteAsync("this content is private");
        return true;
    };

    /// <summary>Makes it take what it is given and keep nothing of it, whatever it says.</summary>
    public abstract void KeepNothing();

    /// <summary>Whether it may fetch a block elsewhere to answer this request.</summary>
    public virtual bool MayFetch(HttpRequest request) => true;

    public virtual async ValueTask DisposeAsync() => await Proxy.DisposeAsync();

    protected abstract Task<Uri> ListenAsync();
}
