using Wanda.Contracts;

namespace Wanda.Catalog.Tests.Intake;

public sealed class IntakeStoreTests : IAsyncLifetime
{
    private static readonly RawName Pipe = new([0x70, 0xe9]);
    private readonly ManualTime _time = new();
    private TestCatalogue _test = null!;

    public async Task InitializeAsync() => _test = await TestCatalogue.CreateAsync(_time);

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task A_source_says_how_it_is_and_since_when()
    {
        var store = _test.Catalogue.Intake;
        await store.ReportAsync("dome", SourceKind.Folder, "/frames", SourceState.Running, null, default);
        var first = Assert.Single(await store.SourcesAsync(default));
        _time.Advance(TimeSpan.FromMinutes(1));
        await store.ReportAsync("dome", SourceKind.Folder, "/frames", SourceState.Running, null, default);
        var second = Assert.Single(await store.SourcesAsync(default));
        Assert.Equal((first.Since, first.SeenAt + TimeSpan.FromMinutes(1)), (second.Since, second.SeenAt));
        await store.ReportAsync(
            "dome", SourceKind.Folder, "/frames", SourceState.Waiting, new(SourceCode.Folder, "it is not there"), default);
        await store.MissedAsync("dome", 2, exactly: true, default);
        await store.MissedAsync("dome", 1, exactly: false, default);
        var third = Assert.Single(await store.SourcesAsync(default));
        Assert.Equal((SourceState.Waiting, SourceCode.Folder, "it is not there", second.SeenAt, 3L, false),
            (third.State, third.Code, third.Reason, third.Since, third.Missed, third.MissedExactly));
    }

    [Fact]
    public async Task A_refused_file_is_counted_once_until_it_is_settled()
    {
        var store = _test.Catalogue.Intake;
        await store.RefusedAsync("dome", Pipe, new(RefusalCode.Pipe), 0, default);
        _time.Advance(TimeSpan.FromMinutes(1));
        await store.RefusedAsync("dome", Pipe, new(RefusalCode.Pipe), 0, default);
        await store.RefusedAsync("lake", Pipe, new(RefusalCode.Pipe), 0, default);
        Assert.Equal(2, await store.CountRefusalsAsync(default));
        var refusal = (await store.RefusalsAsync(10, default)).Single(r => r.Source == "dome");
        Assert.Equal((Pipe, RefusalCode.Pipe, TimeSpan.FromMinutes(1)), (refusal.Path, refusal.Code, refusal.SeenAt - refusal.Since));
        Assert.Equal(Pipe, Assert.Single(await store.RefusedPathsAsync("dome", default)));
        await store.SettledAsync("dome", Pipe, default);
        await store.KeepAsync(["dome"], default);
        Assert.Equal(0, await store.CountRefusalsAsync(default));
    }
}
