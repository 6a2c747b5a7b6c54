using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// <c>POST /v0/possession</c>: a hash over the caller's fresh nonce and the bytes of its blocks, read from this server's own disk now
/// (law 2). Nothing is cached and nothing is fetched from elsewhere: a server that lost the bytes cannot answer.
/// </summary>
internal sealed class PossessionEndpoint(
    IFrameStore frames, ReadableBlocks readable, PinDatabase pins, PinningServerOptions options, ServerMetrics metrics, TimeProvider time)
{
    private const int MaxNonceBytes = 64;

    private const int AtOnce = 2; // Each reads a whole frame: more would only make the disk seek.
    private const int OfNode = 8;

    // A walk remembers where it has been. The leaves of files have 256 KiB or more.
    private const int SmallBlock = 64 << 10;

    private readonly FairTurns _turns = new(AtOnce, OfNode);

    private sealed record Question(Cid Cid, string Nonce, Cid[]? Blocks);

    private sealed record Answer(string Digest, long Bytes, bool Pinned, DateTimeOffset At, string Flushes, byte[]? Machine);

    public async Task AnswerAsync(HttpContext context)
    {
        using var place = _turns.Enter(context.Caller());
        var question = await context.ReadJsonAsync<Question>();
        byte[] nonce = Nonce(question);
        if (question.Blocks is { } named && (named.Length == 0 || named.Length > options.MaxPossessionBlocks))
            throw TooMany();
        if (question.Blocks?.Distinct().Count() < question.Blocks?.Length)
            throw ApiException.BadRequest("\"blocks\" names a block more than once: what is read twice proves no more.");
        if (IsInText(question.Cid) || question.Blocks?.All(IsInText) == true)
        {
            throw ApiException.BadRequest(
                "An identity CID is its own content, so whoever can read it can answer: it proves nothing. Ask about stored blocks.");
        }

        if (await pins.WhyDroppedAsync(context.Caller().Name, question.Cid, context.RequestAborted) is var (at, reason))
            throw ApiException.NotFound($"The operator of this server dropped {question.Cid} at {at:u}: {reason}");
        await place.TakeTurnAsync(context.RequestAborted);
        try
        {
            var source = new MeteredSource(readable.For(context), place, options.MaxUploadBytes ?? context.Caller().QuotaBytes);
            var asked = question.Blocks?.ToAsyncEnumerable() ?? WalkAsync(readable.For(context), question.Cid, context.RequestAborted);
            byte[] digest = await PossessionDigest.ComputeAsync(source, nonce, asked, context.RequestAborted);
            bool pinned = await pins.CoversAsync(context.Caller().Name, question.Cid, context.RequestAborted);
            string flushes = (await frames.FlushingAsync(context.RequestAborted)).ToString().ToLowerInvariant();
            metrics.Possession(proven: true);
            await context.AnswerAsync(StatusCodes.Status200OK,
                new Answer(Convert.ToBase64String(digest), source.Bytes, pinned, time.GetUtcNow(), flushes, Machine(nonce)));
        }
        catch (BlockNotFoundException missing)
        {
            metrics.Possession(proven: false);
            throw ApiException.NotFound($"Block {missing.Cid} is not on this disk, or no longer sound.");
        }
    }

    /// <summary>
    /// A caller whose bytes are gone by now has no list, and one with a large file need not send it: then it is the whole DAG, in the order
    /// in which it is walked, while it is hashed.
    /// </summary>
    private async IAsyncEnumerable<Cid> WalkAsync(
        IBlockSource blocks, Cid root, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long count = 0, bytes = 0;
        await foreach (var block in blocks.ListAsync(root, cancellationToken))
        {
            bytes += block.Length;
            if (++count > options.MaxPossessionBlocks + bytes / SmallBlock)
                throw TooMany();
            yield return block.Cid;
        }
    }

    private static byte[]? Machine(byte[] nonce) => KernelBoot.Id is { } id ? MachineDigest.Compute(nonce, id) : null;

    private static bool IsInText(Cid cid) => cid.Hash.Function == HashFunction.Identity;

    private ApiException TooMany() => ApiException.BadRequest(
        $"\"blocks\" must list 1 to {options.MaxPossessionBlocks} CIDs, in the order in which they are hashed, or be absent for a DAG of "
            + $"so many at most and one more for each {SmallBlock} bytes.");

    private static byte[] Nonce(Question question)
    {
        Span<byte> nonce = stackalloc byte[MaxNonceBytes];
        return question.Nonce is { Length: <= 2 * MaxNonceBytes } text
            && Convert.TryFromBase64String(text, nonce, out int length) && length >= PossessionDigest.MinNonceBytes
            ? nonce[..length].ToArray()
            : throw ApiException.BadRequest(
                $"\"nonce\" must be {PossessionDigest.MinNonceBytes} to {MaxNonceBytes} random bytes in base64.");
    }
}
