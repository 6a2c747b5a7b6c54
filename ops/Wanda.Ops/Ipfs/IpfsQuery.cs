using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>Reads how the Kubo beside the node is: what the workers found, and what it says itself.</summary>
public sealed class IpfsQuery(WandaOptions options, Catalogue catalogue, TimeProvider time) : IDisposable
{
    // Pages are drawn again and again, and for some of it a daemon counts all its blocks and pins.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Counted = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private KuboClient? _client;
    private KuboFacts? _facts;
    private KuboFacts? _counted;
    private long _countedAt;
    private string? _silence;
    private long? _askedAt;

    /// <summary>The daemon; null when none is used.</summary>
    public KuboClient? Client => _client ??= KuboAccess.Open(options, Patience, time);

    /// <summary>Reads it.</summary>
    public async Task<IpfsView> ReadAsync(CancellationToken cancellationToken)
    {
        var kubo = options.Ipfs.Kubo;
        if (!kubo.IsUsed)
        {
            return new(Severity.Calm, "No Kubo is used: the embedded store keeps the blocks. One of the node's own is turned on with "
                + "ipfs.kubo.manage.", false, false);
        }

        var now = time.GetUtcNow();
        var (report, life) = (await catalogue.Node.FindKuboAsync(cancellationToken),
            await catalogue.Node.FindKuboLifeAsync(cancellationToken));
        await AskAsync(cancellationToken);
        var worst = KuboNotices.Of(report, life, options.Ipfs.Mode, now).MaxBy(n => n.Severity);
        return new(worst?.Severity ?? Severity.Calm, worst?.Text ?? Calm(life, report), true, kubo.Manage)
        {
            Phase = life?.Phase,
            Trouble = life is { Trouble: not "none" } ? life.Trouble : null,
            Since = life?.Since ?? report?.Since,
            RetryAt = life?.RetryAt,
            ProcessId = life?.ProcessId,
            Waiting = report?.Waiting,
            Problem = report?.Problem,
            MaxBytes = kubo.MaxStorage?.Bytes,
            IsReady = _facts is { } facts && !IsTooOld(facts),
            Facts = _facts,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _one.Dispose();
    }

    private string Calm(KuboLife? life, KuboReport? report) => _facts is { } facts
        ? $"Kubo {facts.Version} answers" + report switch
        {
            _ when options.Ipfs.Mode == IpfsMode.Embedded => ", and is left alone, as ipfs.mode \"embedded\" says.",
            _ when IsTooOld(facts) => $", and is left alone: {options.Ipfs.Kubo.MinVersion} or newer is needed (ipfs.kubo.minVersion).",
            { Up: true, Waiting: 0 } => ", and has what it should.",
            { Waiting: > 0 } => $"; {report.Waiting:N0} wait to be handed over.",
            _ => ".",
        }
        : life?.Reason is { } reason && life.Trouble == "none" && _silence is null ? reason : $"Kubo did not answer: {_silence}";

    private bool IsTooOld(KuboFacts facts) =>
        KuboProgram.Parse(facts.Version) is not { } version || version < Version.Parse(options.Ipfs.Kubo.MinVersion);

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_askedAt is { } last && time.GetElapsedTime(last) < Fresh)
                return;
            _askedAt = time.GetTimestamp();
            var facts = await KuboFacts.ReadAsync(Client!, cancellationToken);
            var counted = await CountedAsync(facts);
            (_facts, _silence) = (facts with
            {
                StorageMaxBytes = counted.StorageMaxBytes,
                Repository = counted.Repository,
                Pins = counted.Pins,
            }, null);
        }
        catch (RemoteException e)
        {
            (_facts, _silence) = (null, e.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<KuboFacts> CountedAsync(KuboFacts facts)
    {
        if (_counted is { } counted && counted.PeerId == facts.PeerId && time.GetElapsedTime(_countedAt) < Counted)
            return counted;
        (_counted, _countedAt) = (facts, time.GetTimestamp()); // nor is it asked again at once when it did not get round to it
        try
        {
            // All pages share it, so it does not end with the one that waited first.
            return _counted = await facts.CountAsync(Client!, CancellationToken.None);
        }
        catch (RemoteException)
        {
            return facts;
        }
    }
}
