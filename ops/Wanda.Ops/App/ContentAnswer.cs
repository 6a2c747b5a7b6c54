using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Wanda.Catalog;
using Wanda.Ipfs;
using Wanda.Ops.Security;
using Wanda.Ops.Web;

namespace Wanda.Ops.App;

/// <summary>
/// What is under a CID, wherever it is: a file as it is, a directory as its entries. What must be fetched from elsewhere counts against the
/// asker's limit; what is here does not.
/// </summary>
internal sealed class ContentAnswer(
    FrameRetrieval retrieval, ContentQuery contents, FileAnswer files, RateLimits limits, Catalogue catalogue)
{
    /// <summary>Answers <c>?format=auto|raw|json|redirect</c> and <c>?download=true|NAME</c>.</summary>
    public Task SendAsync(HttpContext context, string cid)
    {
        var root = Parse(cid);
        var format = context.Request.Query["format"].ToString();
        switch (format)
        {
            case "redirect":
                context.Response.Redirect($"/ipfs/{root}");
                return Task.CompletedTask;
            case "" or "auto" or "raw" or "json":
                return SendAsync(context, root, [], format);
            default:
                throw new AppException(AppError.InvalidRequest, "format: write auto, raw, json or redirect.");
        }
    }

    /// <summary>The same for a path below a CID, as a gateway answers it.</summary>
    public Task SendAsync(HttpContext context, string cid, string? path) => SendAsync(context, Parse(cid), Names(path), "");

    /// <summary>The same below this node's name; nobody else's is looked up.</summary>
    public async Task SendNamedAsync(HttpContext context, string name, string? path)
    {
        var known = await catalogue.Node.NamesAsync(context.RequestAborted);
        var state = PeerId.TryParse(name, out var id)
            ? known.FirstOrDefault(n => PeerId.TryParse(n.Name, out var own) && own.Equals(id))
            : null;
        if (state is null)
            throw new AppException(AppError.CidNotFound, "That is no name of this node, and others are not looked up.");
        await SendAsync(context, Parse(state.RootCid), Names(path), "");
    }

    private async Task SendAsync(HttpContext context, Cid root, IReadOnlyList<string> names, string format)
    {
        var (counted, stop) = (false, context.RequestAborted);
        var cid = await contents.ResolveAsync(root, names, Count, stop);
        var wanted = await FindAsync(cid, stop);
        context.Response.Headers["X-IPFS-CID"] = cid.ToString();
        if (wanted.Capture is null && await contents.EntriesAsync(cid, Count, stop) is { } entries)
        {
            await Envelope.Of(new { cid = cid.ToString(), type = "directory", entries }, "Directory listing retrieved")
                .ExecuteAsync(context);
            return;
        }

        var name = names is [.., var last] ? last : wanted.FileName;
        if (format != "json" && FileAnswer.IsKnown(context, cid.ToString()))
            return;
        await using var frame = await retrieval.OpenAsync(wanted, keep: true, stop, Count);
        await frame.OpenAsync(stop);
        if (format == "json")
        {
            await Envelope.Of(new { cid = cid.ToString(), type = "file", name, size_bytes = frame.Length }, "Content found")
                .ExecuteAsync(context);
            return;
        }

        var (asFile, asName) = Download(context.Request.Query["download"]);
        await files.SendAsync(context, frame, asName ?? name, asFile, isRaw: format == "raw");

        void Count()
        {
            if (!counted)
                limits.Take(context, Limited.ReadContent);
            counted = true;
        }
    }

    private async Task<WantedFrame> FindAsync(Cid cid, CancellationToken cancellationToken)
    {
        try
        {
            return await retrieval.FindAsync(cid.ToString(), cancellationToken);
        }
        catch (OpsException e)
        {
            throw new AppException(AppError.CidNotFound, e.Message, e); // discarded
        }
    }

    /// <summary>A CID of content; a name's key is none.</summary>
    /// <exception cref="AppException">It is none.</exception>
    public static Cid Parse(string text) => Cid.TryParse(text, out var cid) && cid.Codec != Codec.Libp2pKey
        ? cid
        : throw new AppException(AppError.InvalidCid, $"'{(text.Length > 80 ? text[..80] + "…" : text)}' is no CID.");

    private static IReadOnlyList<string> Names(string? path) => (path ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static (bool AsFile, string? Name) Download(StringValues asked) => asked.ToString() switch
    {
        "" or "false" or "0" => (false, null),
        "true" or "1" => (true, null),
        var name => (true, name[(name.LastIndexOfAny(['/', '\\']) + 1)..] is { Length: > 0 and <= 255 } last ? last : null),
    };
}
