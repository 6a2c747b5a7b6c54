using Polly;
using Polly.Retry;
using Wanda.Hosting;

namespace Wanda.Destinations.Wanda;

/// <summary>How a pinning server is connected to.</summary>
internal static class WandaHttp
{
    public static HttpClient Connect(DestinationOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a pinning server that moved is found by its name again
            ConnectCallback = ShallowSocket.ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
            AllowAutoRedirect = false, // the token goes to the configured host and to no other
        };
        return new HttpClient(new TokenHandler(options) { InnerHandler = handler })
        {
            BaseAddress = new Uri(options.Url.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan, // the client watches progress instead: a frame takes as long as the line needs
        };
    }

    /// <summary>A dropped connection is tried again at once, twice; a real outage is the breaker's business.</summary>
    public static ResiliencePipeline QuickRetry(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<DestinationDownException>(e => e.InnerException is HttpRequestException or IOException),
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(300),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .Build();
}
