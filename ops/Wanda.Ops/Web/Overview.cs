using Wanda.Catalog;

namespace Wanda.Ops.Web;

/// <summary>What the first page shows.</summary>
/// <param name="Night">The answer to the operator's question.</param>
/// <param name="AtRisk">Frames that are only here, newest first.</param>
/// <param name="Newest">The newest frames.</param>
/// <param name="Destinations">Where frames go.</param>
/// <param name="Queues">What is being worked on.</param>
/// <param name="Sources">Where frames come from.</param>
public sealed record Overview(
    NightSummary Night, IReadOnlyList<FrameView> AtRisk, IReadOnlyList<FrameView> Newest,
    IReadOnlyList<DestinationView> Destinations,
    IReadOnlyList<QueueView> Queues, IReadOnlyList<SourceView> Sources)
{
    /// <summary>How many are only here in all: one page has one set of numbers, the sentence's.</summary>
    public int AtRiskTotal => Night.AtRisk;
}

/// <summary>Reads the first page.</summary>
internal sealed class OverviewQuery(
    NightQuery night, FrameQuery frames, DestinationQuery destinations, QueueQuery queues, SourceQuery sources)
{
    private const int AtRisk = 8;
    private const int Newest = 24;

    public async Task<Overview> ReadAsync(CancellationToken cancellationToken)
    {
        var atRisk = await frames.ListAsync(FrameFilter.OnlyHere, null, null, AtRisk, cancellationToken);
        return new Overview(
            await night.ReadAsync(cancellationToken), atRisk.Frames,
            (await frames.ListAsync(FrameFilter.All, null, null, Newest, cancellationToken)).Frames,
            await destinations.ListAsync(cancellationToken), await queues.ListAsync(cancellationToken),
            await sources.SourcesAsync(cancellationToken));
    }
}
