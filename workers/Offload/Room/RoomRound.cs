using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;

namespace Wanda.Workers.Offload.Room;

/// <summary>
/// Tells the destinations that keep room how much a night will bring, so that one which does not fit is known at dusk, and notes what room
/// they have. A look, for screens: it pauses no queue, and one that is paused is left alone.
/// </summary>
internal sealed partial class RoomRound(Catalogue catalogue, DestinationSet destinations, TimeProvider time, ILogger<RoomRound> log)
{
    // How many sessions are asked for: fewer than the 16 of a node that a server keeps room for by default.
    private const int Recent = 8;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var destination in destinations.Taking)
        {
            if (destination.Destination is not IKeepsRoom there
                || await catalogue.Destinations.FindAsync(destination.Name, cancellationToken) is { State: DestinationState.Paused })
            {
                continue;
            }

            try
            {
                await AskAsync(destination.Name, there, cancellationToken);
            }
            catch (Exception e) when (e is DestinationDownException or PoisonException or NotHeldException)
            {
                NotAsked(destination.Name, e.Message);
            }
        }
    }

    private async Task AskAsync(string name, IKeepsRoom there, CancellationToken cancellationToken)
    {
        var recent = await catalogue.Sessions.VolumesAsync(name, Recent, cancellationToken);
        var wanted = NightVolume.Of(recent, (await catalogue.Node.FindRoomAsync(name, cancellationToken))?.Asked ?? []);
        RoomRefusal? refusal = null;
        foreach (var (session, bytes) in wanted)
        {
            if (await there.KeepRoomAsync(session, bytes, cancellationToken) is { } words)
                refusal = new RoomRefusal(session, bytes, words);
        }

        if (await there.RoomAsync(cancellationToken) is not { } room)
            return;
        var open = recent.Where(s => s.EndedAt is null || s.Waiting > 0).Select(s => s.Session.Value);
        await catalogue.Node.StoreRoomAsync(name, new RoomReport
        {
            At = time.GetUtcNow(),
            Bytes = room,
            Refusal = refusal,
            Asked = [.. wanted.Select(w => w.Session).Intersect(open)],
        }, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Destination} was not asked for its room: {Reason}")]
    private partial void NotAsked(string destination, string reason);
}
