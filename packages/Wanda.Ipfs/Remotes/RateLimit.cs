using System.Globalization;

namespace Wanda.Ipfs;

/// <summary>
/// Keeps to what a service's answers say of how much more it takes (<c>X-RateLimit-Remaining</c> and <c>-Reset</c>, <c>Retry-After</c>):
/// a request that would only be refused is not sent.
/// </summary>
internal sealed class RateLimit(string remote, TimeProvider time)
{
    // Longer than this the caller has better things to do than to wait here.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    // A clock that differs from the service's, or a header that means something else, must not stop us for days.
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    private long _until = DateTimeOffset.MinValue.UtcTicks;

    /// <summary>Takes in what an answer says.</summary>
    public void Note(HttpResponseMessage answer, TimeSpan? retryAfter)
    {
        var now = time.GetUtcNow();
        var rest = retryAfter ?? (Number(answer, "X-RateLimit-Remaining") == 0 ? Reset(answer, now) : null);
        if (rest > TimeSpan.Zero)
            Interlocked.Exchange(ref _until, (now + (rest < LongestRest ? rest.Value : LongestRest)).UtcTicks);
    }

    /// <summary>Waits until the service takes the next request.</summary>
    /// <exception cref="RemoteException">That is not soon; it says when.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var rest = new DateTimeOffset(Interlocked.Read(ref _until), TimeSpan.Zero) - time.GetUtcNow();
        if (rest > LongestWait)
        {
            throw new RemoteException(remote, RemoteFailure.Unavailable, $"takes no more requests for {rest.TotalSeconds:0} s.")
            {
                RetryAfter = rest,
            };
        }

        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
    }

    // Most services write the second of the epoch, some the seconds that are left.
    private static TimeSpan? Reset(HttpResponseMessage answer, DateTimeOffset now) => Number(answer, "X-RateLimit-Reset") switch
    {
        null => null,
        > 1_000_000_000 and < 253_402_300_800 and long second => DateTimeOffset.FromUnixTimeSeconds(second) - now,
        long seconds => TimeSpan.FromSeconds(Math.Min(seconds, 86_400)),
    };

    private static long? Number(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values)
            && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
