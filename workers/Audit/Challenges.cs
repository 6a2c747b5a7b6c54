using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload;

namespace Wanda.Workers.Audit;

/// <summary>
/// Keeps possession questions with their answers for the time when a frame's bytes are gone from here: without them each audit of it would
/// have to download it. They are made in the read that sends the frame, and in each that reads it back. The nonces are random and nobody
/// has seen them, so a destination that answers one holds every byte then.
/// </summary>
internal sealed partial class Challenges(
    Catalogue catalogue, IIpfsNode ipfs, DestinationSet destinations, WandaOptions options, ILogger<Challenges> log)
{
    /// <summary>
    /// Makes the questions of a frame that is going to be released and has none, in a read of its own: one that was sent before there were
    /// any. A frame that cannot be read goes without: it is read back one day.
    /// </summary>
    public async Task PrepareAsync(CaptureRecord capture, CancellationToken cancellationToken)
    {
        if (await MissingAsync(capture, cancellationToken) is not (> 0 and var missing) || missing < options.Audit.Challenges)
            return;
        using var set = new ChallengeSet(missing);
        try
        {
            await foreach (var block in ipfs.BlocksAsync(Cid.Parse(capture.Cid!), cancellationToken))
                set.Append(block.Data.Span);
            await KeepAsync(capture, set, cancellationToken);
        }
        catch (IOException e)
        {
            NoQuestions(capture.Session, capture.Number, e.Message);
        }
    }

    /// <summary>How many questions a frame lacks; 0 while no destination answers any.</summary>
    public async Task<int> MissingAsync(CaptureRecord capture, CancellationToken cancellationToken) =>
        options.Audit.Challenges > 0 && destinations.All.Any(d => d.Destination is IAnswersChallenges)
            ? Math.Max(0, options.Audit.Challenges - await catalogue.Audits.LeftAsync(capture.Id.ToString(), cancellationToken))
            : 0;

    /// <summary>Keeps what was made.</summary>
    public Task KeepAsync(CaptureRecord capture, ChallengeSet set, CancellationToken cancellationToken) =>
        catalogue.Audits.KeepAsync(capture.Id.ToString(), capture.Cid!, set.Complete(), cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Session}/{Number} is released without questions for its audits: {Reason}")]
    private partial void NoQuestions(SessionName session, int number, string reason);
}
