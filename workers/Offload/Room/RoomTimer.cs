using Wanda.Hosting;

namespace Wanda.Workers.Offload.Room;

/// <summary>Asks for room at start and on a timer: a session that has just begun is told of within minutes.</summary>
internal sealed class RoomTimer(RoomRound round, PeriodicSettings settings)
    : PeriodicService("asking destinations for room", TimeSpan.FromMinutes(5), settings)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => round.RunAsync(cancellationToken);
}
