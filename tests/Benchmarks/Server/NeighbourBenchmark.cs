using System.Collections.Concurrent;
using System.Diagnostics;
using Wanda.PinningServer.Tests.Support;

namespace Benchmarks.Server;

/// <summary>
/// What hostile nodes take from honest ones: twenty send a frame of 5 MB every ten seconds and ask for its proof, beside nobody, beside
/// each attack and beside all of them. Shares go by node, so the same again with one token for everybody is what it would be without them.
/// </summary>
internal static class NeighbourBenchmark
{
    public const string Name = "server-neighbours";

    private const int Honest = 20;
    private const int FrameBytes = 5_000_000;
    private const string Everybody = "everybody";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(40);

    // One node may then have what many have together.
    private static readonly string[] NoBounds =
        ["--max-uploads-per-node", "8", "--max-open-uploads", "10000", "--max-requests-per-minute", "1000000"];

    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        Attack[][] sets = [[], .. Attack.All.Select(a => new[] { a }), Attack.All];
        foreach (var attacks in sets)
        {
            var beside = attacks.Length == 0 ? "nobody" : attacks.Length == 1 ? attacks[0].Name : "all";
            var apart = await RoundAsync(attacks, together: false, cancellationToken);
            var together = await RoundAsync(attacks, together: true, cancellationToken);
            foreach (var (what, own, others) in (ReadOnlySpan<(string, Samples, Samples)>)
                [("upload", apart.Uploads, together.Uploads), ("possession", apart.Questions, together.Questions)])
            {
                foreach (var part in (ReadOnlySpan<double>)[0.5, 0.99])
                {
                    var (here, there) = (own.At(part), others.At(part));
                    new Measurement($"{what}, p{100 * part:0}, beside {beside}", here, "s",
                        $"one node for all: {there:0.000} s, {others.Refused} refused", here / there, apart.PeakMb,
                        $"{own.Count} of {FrameBytes / 1e6:0} MB, {own.Refused} refused, {apart.IdleMb:0} MB when idle").WriteTo(output);
                }
            }
        }
    }

    private static async Task<Round> RoundAsync(Attack[] attacks, bool together, CancellationToken cancellationToken)
    {
        var names = Enumerable.Range(0, Honest).Select(i => $"honest-{i}").ToList();
        await using var server = await ServerUnderTest.OursAsync(
            together ? [Everybody] : [.. names, .. attacks.Select(a => a.Name)], together ? NoBounds : []);
        HttpClient ClientOf(string node) => server.ClientOf(together && !char.IsDigit(node[0]) ? Everybody : node);
        using (var first = ClientOf(names[0]))
            await SendAsync(first, await Frame.MakeAsync(FrameBytes, seed: -1), new Round(), cancellationToken); // warm
        var round = new Round { IdleMb = server.PeakMb };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hostile = attacks.Select(a => a.RunAsync(() => ClientOf(a.Name), ClientOf, stop.Token)).ToArray();
        await Task.WhenAll(names.Select((name, n) => HonestAsync(ClientOf(name), n, round, cancellationToken)));
        await stop.CancelAsync();
        await Task.WhenAll(hostile);
        return round with { PeakMb = server.PeakMb };
    }

    private static async Task HonestAsync(HttpClient client, int number, Round round, CancellationToken cancellationToken)
    {
        using (client)
        {
            var begun = Stopwatch.GetTimestamp();
            for (var n = 0; n * Every < Long; n++)
            {
                var frame = await Frame.MakeAsync(FrameBytes, seed: (1000 * number) + n);
                var at = (n + (double)number / Honest) * Every;
                if (at - Stopwatch.GetElapsedTime(begun) is var rest && rest > TimeSpan.Zero)
                    await Task.Delay(rest, TimeProvider.System, cancellationToken);
                await SendAsync(client, frame, round, cancellationToken);
            }
        }
    }

    private static async Task SendAsync(HttpClient client, Frame frame, Round round, CancellationToken cancellationToken)
    {
        var car = await frame.CarAsync();
        if (await round.Uploads.TakeAsync(() => client.PostAsync("/v0/car", Api.Car(car), cancellationToken)))
            await round.Questions.TakeAsync(() => client.AskAsync(frame, listed: true));
    }

    private sealed record Round
    {
        public Samples Uploads { get; } = new();

        public Samples Questions { get; } = new();

        public double IdleMb { get; init; }

        public double PeakMb { get; init; }
    }

    private sealed class Samples
    {
        private readonly ConcurrentBag<double> _seconds = [];
        private int _refused;

        public int Count => _seconds.Count;

        public int Refused => _refused;

        public double At(double part) => _seconds.IsEmpty ? double.NaN : Measurement.Percentile(_seconds, part);

        public async Task<bool> TakeAsync(Func<Task<HttpResponseMessage>> send)
        {
            var begun = Stopwatch.GetTimestamp();
            using var answer = await send();
            if (answer.IsSuccessStatusCode)
                _seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            else
                Interlocked.Increment(ref _refused);
            return answer.IsSuccessStatusCode;
        }
    }
}
