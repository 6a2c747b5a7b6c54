using Suites;

namespace Architecture.Tests.Suites;

/// <summary>Which of the suites run beside each other, and which do not.</summary>
public sealed class PlacesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-places-").FullName;
    private readonly Places _places = new(2);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_third_waits_until_one_of_two_has_ended()
    {
        var (first, second, third) = (new Work(_places), new Work(_places), new Work(_places));
        await Task.WhenAll(first.Began, second.Began).WaitAsync(Patience);
        Assert.False(third.Began.IsCompleted);

        second.End();
        await third.Began.WaitAsync(Patience);
        Assert.False(first.Ended.IsCompleted);
    }

    [Fact]
    public async Task What_is_to_be_alone_waits_for_all_and_who_comes_after_it_for_its_end()
    {
        var (first, second) = (new Work(_places), new Work(_places));
        var (alone, another, after) = (new Work(_places, alone: true), new Work(_places, alone: true), new Work(_places));
        first.End();
        await first.Ended.WaitAsync(Patience);
        Assert.False(alone.Began.IsCompleted);

        second.End();
        await alone.Began.WaitAsync(Patience);
        Assert.False(another.Began.IsCompleted || after.Began.IsCompleted);

        alone.End();
        await another.Began.WaitAsync(Patience);
        Assert.False(after.Began.IsCompleted);

        another.End();
        await after.Began.WaitAsync(Patience);
    }

    [Fact]
    public async Task What_fails_leaves_its_place()
    {
        await Assert.ThrowsAsync<IOException>(() => _places.TakeAsync<int>(alone: true, () => throw new IOException("no dotnet")));

        await new Work(_places, alone: true).Began.WaitAsync(Patience);
    }

    [Fact]
    public async Task What_failed_is_run_again_once_nothing_runs_beside_it()
    {
        var other = new Work(_places);
        await other.Began.WaitAsync(Patience);
        var runs = new List<(string? Filter, bool Beside)>();
        var failed = new TaskCompletionSource();
        var suite = new Suite("N.Tests", async (filter, file) =>
        {
            runs.Add((filter, other.IsRunning));
            var trx = filter is null ? new Trx().Failed("N.A.Flaky", "too late") : new Trx().Passed("N.A.Flaky");
            await File.WriteAllTextAsync(file, trx.Text);
            failed.TrySetResult();
            return trx.ExitCode;
        }, _places).RunAsync(null, _folder);
        await failed.Task.WaitAsync(Patience);
        other.End();

        Assert.Single((await suite.WaitAsync(Patience)).Flaky);
        Assert.Equal([(null, true), ("FullyQualifiedName=N.A.Flaky&Rerun!=Never", false)], runs);
    }

    /// <summary>Asks for its place at once, and keeps it until it is told to end.</summary>
    private sealed class Work
    {
        private readonly TaskCompletionSource _began = new();
        private readonly TaskCompletionSource _end = new();

        public Work(Places places, bool alone = false) => Ended = places.TakeAsync(alone, async () =>
        {
            _began.SetResult();
            await _end.Task;
            IsRunning = false;
            return true;
        });

        public bool IsRunning { get; private set; } = true;

        public Task Began => _began.Task;

        public Task Ended { get; }

        public void End() => _end.SetResult();
    }
}
