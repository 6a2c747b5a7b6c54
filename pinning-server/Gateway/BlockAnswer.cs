using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>One block as it is: raw, or under the type of its codec. It is never made into another one.</summary>
internal sealed class BlockAnswer(ReadableBlocks readable)
{
    public Task RawAsync(HttpContext context, Cid cid) => SendAsync(context, cid, "application/vnd.ipld.raw", "raw", $"{cid}.bin");

    /// <summary>A dag-cbor or dag-json block.</summary>
    /// <exception cref="ApiException">406, 400: it has another codec than is wanted.</exception>
    public Task CodecAsync(HttpContext context, DagPath path, GatewayFormat format)
    {
        bool isCbor = path.Cid.Codec == Codec.DagCbor;
        if (format is GatewayFormat.Json or GatewayFormat.Cbor && isCbor != (format == GatewayFormat.Cbor))
            throw ApiException.BadRequest($"{path.Cid} is not {format}, and no block is converted here; ask for it raw.");
        if (format is GatewayFormat.DagJson or GatewayFormat.DagCbor && path.Cid.Codec != CodecOf(format))
        {
            throw new ApiException(StatusCodes.Status406NotAcceptable, "NOT_ACCEPTABLE",
                $"{path.Cid} has codec 0x{(ulong)path.Cid.Codec:x}, and no block is converted here; ask for it raw, or as a CAR.");
        }

        if (path.Inside > 0)
        {
            throw new ApiException(StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED",
                $"The path leads to a value inside of {path.Cid}; values are not cut out of blocks. Ask for the block.");
        }

        string word = format is GatewayFormat.Json ? "json" : format is GatewayFormat.Cbor ? "cbor" : isCbor ? "dag-cbor" : "dag-json";
        string type = format is GatewayFormat.Json or GatewayFormat.Cbor ? $"application/{word}" : $"application/vnd.ipld.{word}";
        return SendAsync(context, path.Cid, type, word, isCbor ? $"{path.Cid}.cbor" : $"{path.Cid}.json");
    }

    private static Codec CodecOf(GatewayFormat format) => format == GatewayFormat.DagCbor ? Codec.DagCbor : Codec.DagJson;

    private async Task SendAsync(HttpContext context, Cid cid, string type, string word, string name)
    {
        var tag = GatewayHeaders.Tag($"{cid}.{word}");
        if (GatewayHeaders.NotModified(context, tag))
            return;
        var blocks = readable.For(context);
        // Read whole before the answer begins: one block, and it must be sound.
        byte[] buffer = new byte[await blocks.FindAsync(cid, context.RequestAborted)
            ?? throw new BlockNotFoundException(cid, "it is not on this server.")];
        var block = await blocks.ReadAsync(cid, buffer, context.RequestAborted);
        GatewayHeaders.Attach(context, name);
        await Results.File(block.Data.ToArray(), type, enableRangeProcessing: true, entityTag: tag).ExecuteAsync(context);
    }
}
