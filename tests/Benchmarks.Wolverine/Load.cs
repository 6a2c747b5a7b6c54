namespace Benchmarks.Wolverine;

/// <summary>A message of about 1.2 KB on the wire, as the other queues of the benchmark carry.</summary>
public sealed record Load(long Number, string Filling);

/// <summary>Counts to a number.</summary>
public static class LoadHandler
{
    private static TaskCompletionSource done = new();
    private static long left;

    public static Task Expect(long messages)
    {
        done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        left = messages;
        return done.Task;
    }

    public static void Handle(Load load)
    {
        if (Interlocked.Decrement(ref left) == 0)
            done.SetResult();
    }
}
