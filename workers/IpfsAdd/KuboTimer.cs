using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Workers.IpfsAdd;

/// <summary>
/// Hands over to Kubo what was added, tells it what was released, and tells the operator which of the two is in use and why.
/// </summary>
internal sealed partial class KuboTimer(
    KuboMirror mirror, Catalogue catalogue, TimeProvider time, PeriodicSettings settings, ILogger<KuboTimer> log,
    KuboManager? manager = null)
    : PeriodicService("handing over to Kubo", TimeSpan.FromSeconds(15), settings)
{
    private KuboReport? _told;

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        // One that is started just now is no daemon that is away.
        if (manager?.State is { Trouble: KuboTrouble.None, Phase: KuboPhase.Absent or KuboPhase.Starting })
            return;
        var state = await mirror.RunAsync(cancellationToken);
        var since = _told is { } before && before.Up == state.Up ? before.Since : time.GetUtcNow();
        var report = new KuboReport(state.Up, state.Reason, state.Waiting, state.Problem, since);
        if (report == _told)
            return;
        if (_told is null || (report.Up, report.Reason) != (_told.Up, _told.Reason))
        {
            if (report.Up)
                WithKubo(report.Reason, report.Waiting);
            else
                Alone(report.Reason, report.Waiting);
        }

        if (report.Problem is { } problem && problem != _told?.Problem)
            NotAllTaken(problem);
        await catalogue.Node.StoreKuboAsync(report, cancellationToken);
        _told = report;
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Blocks are kept by the embedded store and by Kubo: {Reason} {Waiting} wait to be handed over.")]
    private partial void WithKubo(string reason, long waiting);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Blocks are kept by the embedded store alone: {Reason} What is added meanwhile is handed over later ({Waiting} wait).")]
    private partial void Alone(string reason, long waiting);

    [LoggerMessage(Level = LogLevel.Error, Message = "Kubo does not take all: {Problem}")]
    private partial void NotAllTaken(string problem);
}

/// <summary>Says once that no daemon is used, and takes back what was said of one.</summary>
internal sealed partial class WithoutKubo(WandaOptions options, Catalogue catalogue, ILogger<WithoutKubo> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Embedded(options.Ipfs.Mode == IpfsMode.Embedded
            ? "the configuration says ipfs.mode embedded"
            : options.Ipfs.Kubo.IsUsed
                ? "the configuration says ipfs.kubo.autoPin false"
                : "no Kubo daemon is configured (ipfs.kubo.url, or ipfs.kubo.manage)");
        return catalogue.Node.StoreKuboAsync(null, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Blocks are kept by the embedded store: {Reason}.")]
    private partial void Embedded(string reason);
}

/// <summary>Takes back what was said of a Kubo of the node's own.</summary>
internal sealed class WithoutKeeper(Catalogue catalogue) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => catalogue.Node.StoreKuboLifeAsync(null, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
