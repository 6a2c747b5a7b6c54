using MassTransit;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Workers.Offload;

namespace Wanda.Workers.SessionArchive;

/// <summary>
/// Makes a session's directory: when it ends, on an interval while frames come in, and when the last frame of an ended session has its CID.
/// Of a version before 0.3 each frame with its CID came here; what is left of those is let go.
/// </summary>
internal sealed class SessionArchiveConsumer(Catalogue catalogue, SessionArchiver archiver) :
    IConsumer<SessionEnded>, IConsumer<SessionArchiveDue>, IConsumer<CaptureAdded>
{
    public Task Consume(ConsumeContext<SessionEnded> context) => ArchiveAsync(context, context.Message.Session);

    public Task Consume(ConsumeContext<SessionArchiveDue> context) => ArchiveAsync(context, context.Message.Session);

    public async Task Consume(ConsumeContext<CaptureAdded> context)
    {
        var session = await catalogue.Sessions.FindAsync(context.Message.Session, context.CancellationToken);
        if (session?.EndedAt is not null && await catalogue.Sessions.UnaddedFramesAsync(session.Name, context.CancellationToken) == 0)
            await ArchiveAsync(context, session.Name);
    }

    private async Task ArchiveAsync(ConsumeContext context, SessionName name)
    {
        if (await archiver.ArchiveAsync(name, context.CancellationToken) is { } archived)
            await context.Publish(archived, c => c.SetPriority(Turn.First), context.CancellationToken);
    }
}
