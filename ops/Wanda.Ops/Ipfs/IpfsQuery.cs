using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>Reads how the Kubo beside the node is: what the workers found, and what it says itself.</summary>
public sealed class IpfsQuery(WandaOptions options, Catalogue catalogue, TimeProvider time) : IDisposable
{
    // Pages are drawn again and again, and a daemon counts its blocks for this.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private KuboClient? _client;
    private KuboFacts? _facts;
    private string? _silence;
    private long? _askedAt;

    /// <summary>The daemon; null when none is used.</summary>
    public KuboClient? Client => _client ??= KuboAccess.Open(options, time);

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
        return new(worst?.Severity ?? Severity.Calm, worst?.Text ?? Calm(life), true, kubo.Manage)
        {
            Phase = life?.Phase,
            Trouble = life is { Trouble: not "none" } ? life.Trouble : null,
            Since = life?.Since ?? report?.Since,
            RetryAt = life?.RetryAt,
            ProcessId = life?.ProcessId,
            Waiting = report?.Waiting,
            Problem = report?.Problem,
            MaxBytes = kubo.MaxStorage?.Bytes,
            Facts = _facts,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _one.Dispose();
    }

    private string Calm(KuboLife? life) => _facts is { } facts
        ? $"Kubo {facts.Version} answers, and has what it should."
        : life?.Reason is { } reason && life.Trouble == "none" && _silence is null ? reason : $"Kubo did not answer: {_silence}";

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_askedAt is { } last && time.GetElapsedTime(last) < Fresh)
                return;
            _askedAt = time.GetTimestamp();
            (_facts, _silence) = (await KuboFacts.ReadAsync(Client!, cancellationToken), null);
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
}
