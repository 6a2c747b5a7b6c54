using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Destinations.Machines;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Check;

/// <summary>A fresh block goes to a WANDA pinning server and comes back, as a frame does: sent, proven, read, and let go.</summary>
internal sealed class BlockCheck(CheckLog log, WandaHttp http, WandaServerClient server)
{
    private const int Length = 256 * 1024;
    private const int RangeFrom = 100_000;
    private const int RangeLength = 50_000;
    private const string Label = "wanda destination test";
    private const string Useless = "Tell its operator: no frame is released by it.";

    private readonly Block _block = Block.Create(Codec.Raw, RandomNumberGenerator.GetBytes(Length));

    public async Task RunAsync(bool addOnly, CancellationToken cancellationToken)
    {
        string? pin = null;
        var isThere = await log.StepAsync(CheckNames.Send, "Look at the log of the proxy, and at the server's.", async stop =>
        {
            pin = await server.UploadAsync(_block.Cid, [new BlockInfo(_block.Cid, Length)], new OneBlock(_block),
                [new("name", Label)], cancellationToken: stop);
            return Finding.Good($"took a fresh block of {new ByteSize(Length)} and pinned it.");
        }, cancellationToken);
        if (!isThere || pin is null)
        {
            log.Skip("the block is not there", CheckNames.Proof, CheckNames.Range, CheckNames.Back, CheckNames.Unpin);
            return;
        }

        try
        {
            await log.StepAsync(CheckNames.Proof, Useless, ProveAsync, cancellationToken);
            await log.StepAsync(CheckNames.Range, "Tell its operator.", RangeAsync, cancellationToken);
            await log.StepAsync(CheckNames.Back, "Tell its operator: frames do not come back from it.", async stop =>
            {
                await server.Gateway.ReadAsync(_block.Cid, new byte[Block.MaxBytes], stop);
                return Finding.Good("gave the block back whole, byte for byte.");
            }, cancellationToken);
        }
        finally
        {
            // Also when somebody stops it here.
            await log.StepAsync(CheckNames.Unpin, "Tell its operator.", stop => UnpinAsync(pin, addOnly, stop), CancellationToken.None);
        }
    }

    private async Task<Finding> ProveAsync(CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetBytes(ChallengeSet.NonceBytes);
        var ours = await PossessionDigest.ComputeAsync(new OneBlock(_block), nonce, [_block.Cid], cancellationToken);
        var answer = await server.ChallengeAsync(_block.Cid, nonce, [_block.Cid], cancellationToken: cancellationToken);
        var machine = KernelTold.ByDigest(answer.Machine, nonce, KernelBoot.Id);
        log.IsHere |= machine.Machine == Machine.This;
        if (!CryptographicOperations.FixedTimeEquals(ours, answer.Digest))
            return Finding.Bad("does not prove that it has the block: its answer is of other bytes.", Useless);
        if (!answer.Pinned)
            return Finding.Bad("has the block, and does not pin it.", Useless);
        if (answer.Flushes == Flushing.No)
        {
            return Finding.Bad("has the block, and not on its disk: a power cut there takes it.",
                "Its operator sets \"sync\" of the flatfs of the Kubo behind it to true, and starts it again.");
        }

        return log.IsHere
            ? Finding.Odd($"proves that it has the block, and {machine.How}: a copy there counts for nothing.",
                "Run this on a node elsewhere. What is marked was seen from the server's own machine.")
            : Finding.Good($"proves that it has the block, and {machine.How}.");
    }

    private async Task<Finding> RangeAsync(CancellationToken cancellationToken)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"bytes={RangeFrom}-{RangeFrom + RangeLength - 1}");
        using var answer = await http.SendAsync(HttpMethod.Get, $"ipfs/{_block.Cid}?format=raw", withToken: true,
            [("Range", range), ("Accept", "application/vnd.ipld.raw")], cancellationToken);
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            return Finding.Bad($"answers {(int)answer.StatusCode} to a request for a part of a block.", "Tell its operator.");
        var read = await ByteRange.ReadAsync(answer, RangeFrom, RangeLength, Length, cancellationToken);
        if (read.Bytes is null || !read.Bytes.AsSpan().SequenceEqual(_block.Data.Span.Slice(RangeFrom, RangeLength)))
        {
            return Finding.Bad("gives other bytes than the part that was asked for.",
                "Something on the way changes answers: a cache or a filter. Tell its operator.");
        }

        return read.WasWhole
            ? Finding.Odd("gives all of a block where a part was asked for.",
                "A proxy takes the header Range away: in nginx no \"proxy_set_header Range\" may clear it. Browsers read slower for it.")
            : Finding.Good("gives the part of a block that is asked for.");
    }

    private async Task<Finding> UnpinAsync(string pin, bool addOnly, CancellationToken cancellationToken)
    {
        if (addOnly)
        {
            return Finding.Odd($"keeps the block of {new ByteSize(Length)}, \"{Label}\": our token removes nothing.",
                $"Nothing; its operator can take it away: \"wanda pinning-server unpin {pin} --reason test\".");
        }

        await server.UnpinAsync(pin, cancellationToken);
        return Finding.Good("let the block go; it is gone when the days are over for which the server keeps what was unpinned.");
    }
}
