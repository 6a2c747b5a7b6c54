namespace Benchmarks.Wolverine;

/// <summary>A message of about 1.2 KB on the wire, as the other queues of the benchmark carry.</summary>
public sealed record Load(long Number, string Filling);

/// <summary>Counts to a number.</summary>
public static class LoadHandler
{
    private static TaskCompletionSource _done = new();
    private static long _left;

    public static Task Expect(long messages)
    {
        _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _left = messages;
        return _done.Task;
    }

    public static void Handle(Load load)
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _done.SetResult();
    }
}
