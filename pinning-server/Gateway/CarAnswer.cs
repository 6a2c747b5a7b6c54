using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// A DAG as a CAR, parents first, each block once. The blocks are listed before the answer begins, so a missing one is a 404 and the
/// length is known: a CAR that ends early can never look whole.
/// </summary>
internal sealed class CarAnswer(IBlockSource blocks)
{
    private const string ContentType = "application/vnd.ipld.car; version=1; order=dfs; dups=n";

    private enum DagScope
    {
        All,
        Entity,
        Block,
    }

    public async Task SendAsync(HttpContext context, Cid root)
    {
        var query = new QueryValues(context.Request.Query);
        if (query.Text("entity-bytes") is not null)
        {
            throw new ApiException(StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED",
                "entity-bytes is not served; ask for raw blocks, or for the file with Range.");
        }

        var scope = query.Choice<DagScope>("dag-scope") ?? DagScope.All;
        if (GatewayHeaders.NotModified(context, GatewayHeaders.Tag($"{root}.car.{scope.ToString().ToLowerInvariant()}")))
            return;
        var list = await ListAsync(root, scope, context.RequestAborted);
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = CarWriter.LengthOf([root], list);
        GatewayHeaders.Attach(context, $"{root}.car");
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await CarWriter.WriteAsync(context.Response.Body, [root],
                blocks.BlocksAsync(list.Select(b => b.Cid), context.RequestAborted), context.RequestAborted);
        }
    }

    private async Task<List<BlockInfo>> ListAsync(Cid root, DagScope scope, CancellationToken cancellationToken)
    {
        if (scope == DagScope.Block)
        {
            return [new(root,
                await blocks.FindAsync(root, cancellationToken) ?? throw new BlockNotFoundException(root, "it is not on this server."))];
        }

        if (scope == DagScope.Entity && await IsDirectoryAsync(root, cancellationToken))
            return await DirectoryBlocks.ListAsync(blocks, root, cancellationToken);
        return await blocks.ListAsync(root, cancellationToken).ToListAsync(cancellationToken);
    }

    private async Task<bool> IsDirectoryAsync(Cid root, CancellationToken cancellationToken)
    {
        if (root.Codec is not (Codec.DagPb or Codec.Raw))
            return false;
        return (await UnixFsReader.StatAsync(blocks, root, cancellationToken)).Type is UnixFsType.Directory or UnixFsType.HamtShard;
    }
}
