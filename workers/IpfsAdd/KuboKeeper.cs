using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.IpfsAdd;

/// <summary>Keeps the node's own Kubo running, and tells the operator how it is; it ends with the node.</summary>
internal sealed partial class KuboKeeper(
    KuboManager manager, Catalogue catalogue, PeriodicSettings settings, ILogger<KuboKeeper> log)
    : PeriodicService("keeping Kubo", TimeSpan.FromSeconds(5), settings)
{
    private KuboLife? _told;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await manager.StopAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Slow();
        }
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var state = await manager.RunAsync(cancellationToken);
        // Another process of this node keeps it, and tells.
        if (state is { Phase: KuboPhase.Absent, Trouble: KuboTrouble.Locked })
            return;
        var life = new KuboLife(Word(state.Phase), Word(state.Trouble), state.Reason, state.Since)
        {
            ProcessId = state.ProcessId,
            Version = state.Version,
            RetryAt = state.RetryAt,
            IsWatched = state.IsWatched,
        };
        if (life == _told)
            return;
        if ((life.Phase, life.Trouble) != (_told?.Phase, _told?.Trouble))
            Log(state, life);
        await catalogue.Node.StoreKuboLifeAsync(life, cancellationToken);
        _told = life;
    }

    private void Log(KuboManagerState state, KuboLife life)
    {
        if (state.Trouble == KuboTrouble.None)
            Well(life.Phase, life.Reason);
        else
            Unwell(life.Phase, life.Reason);
    }

    private static string Word<T>(T value) where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The node's Kubo was asked to end and did not yet; if it is still there at the next start, it is taken over.")]
    private partial void Slow();

    [LoggerMessage(Level = LogLevel.Information, Message = "The node's Kubo is {Phase}: {Reason}")]
    private partial void Well(string phase, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The node's Kubo is {Phase}: {Reason}")]
    private partial void Unwell(string phase, string reason);
}
