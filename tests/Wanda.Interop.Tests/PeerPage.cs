using Microsoft.AspNetCore.Http;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Interop.Tests;

/// <summary>The page of a folder of <c>peers/</c>, with one script of a package there, that tells what it saw.</summary>
internal sealed class PeerPage : IAsyncDisposable
{
    private readonly TaskCompletionSource<string> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StandIn _site = null!;

    /// <summary>Where the page's folder is.</summary>
    public Uri Address => _site.Address;

    /// <summary>What it saw.</summary>
    public Task<string> Result => _result.Task;

    /// <param name="folder">The folder.</param>
    /// <param name="script">Of <c>node_modules</c>; the page asks for it by its name alone.</param>
    public static async Task<PeerPage> StartAsync(string folder, string script)
    {
        await NodePeer.InstallAsync(folder);
        var (page, root) = (new PeerPage(), Path.Combine(NodePeer.Folder, folder));
        page._site = await StandIn.StartAsync(context => page.ServeAsync(context, root, script));
        return page;
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private async Task ServeAsync(HttpContext context, string root, string script)
    {
        var asked = context.Request.Path.Value!;
        if (asked == "/result")
        {
            _result.TrySetResult(await new StreamReader(context.Request.Body).ReadToEndAsync());
            return;
        }

        var (type, file) = asked == "/page.html" ? ("text/html", "page.html")
            : asked == $"/{Path.GetFileName(script)}" ? ("text/javascript", Path.Combine("node_modules", script))
            : ("", "");
        if (file.Length == 0)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = type;
        await context.Response.SendFileAsync(Path.Combine(root, file));
    }
}
