using System.Collections.Concurrent;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Watch;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Tests.Support;

/// <summary>Writes down what a <see cref="FolderWatcher"/> gives and says.</summary>
internal sealed class RecordingTaker : IFileTaker
{
    public List<WatchedFile> Asked { get; } = [];

    public List<WatchedFile> Taken { get; } = [];

    public ConcurrentDictionary<RawName, Refusal> Refused { get; } = [];

    public int Missed { get; private set; }

    public bool MissedExactly { get; private set; } = true;

    public Func<WatchedFile, bool> Known { get; set; } = _ => false;

    public Func<WatchedFile, TakeAnswer> Answer { get; set; } = _ => TakeAnswer.Settled;

    public Task<bool> KnowsAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        Asked.Add(file);
        return Task.FromResult(Known(file));
    }

    public Func<RawName, bool> LeavesOut { get; set; } = _ => false;

    public Task<bool> LeavesOutAsync(RawName path, EntryKind kind, long bytes, CancellationToken cancellationToken) =>
        Task.FromResult(LeavesOut(path));

    public Task<TakeAnswer> TakeAsync(WatchedFile file, CancellationToken cancellationToken)
    {
        Taken.Add(file);
        return Task.FromResult(Answer(file));
    }

    public Task RefuseAsync(RawName path, Refusal refusal, long bytes, CancellationToken cancellationToken)
    {
        Refused[path] = refusal;
        return Task.CompletedTask;
    }

    public Task SettleAsync(RawName path, CancellationToken cancellationToken)
    {
        Refused.TryRemove(path, out _);
        return Task.CompletedTask;
    }

    public Task SettleGoneAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task MissedAsync(int versions, bool exactly, CancellationToken cancellationToken)
    {
        (Missed, MissedExactly) = (Missed + versions, MissedExactly && exactly);
        return Task.CompletedTask;
    }

    public Func<Task> Looked { get; set; } = () => Task.CompletedTask;

    public Task LookedAsync(string? problem, CancellationToken cancellationToken) => Looked();
}
