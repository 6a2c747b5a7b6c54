using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Sessions;

/// <summary>When a session may end: the archive of its end has all of its frames.</summary>
public sealed class ActiveSessionsTests : ProducerNode
{
    private static readonly SessionName Old = new("2026-03-01-dome");

    private ActiveSessions Sessions => Get<ActiveSessions>();

    [Fact]
    public async Task A_night_that_is_over_does_not_end_while_a_frame_of_it_is_saved()
    {
        var saved = new TaskCompletionSource();
        var first = AddAsync(() => saved.Task);
        var second = AddAsync(() => Task.CompletedTask);
        await second;
        Assert.False(await EndIfLeftAsync());
        Assert.False(await EndedAsync());
        saved.SetResult();
        await first;
        Assert.True(await EndIfLeftAsync());
        Assert.True(await EndedAsync());
    }

    [Fact]
    public async Task A_frame_that_could_not_be_saved_keeps_no_session_open()
    {
        await Assert.ThrowsAsync<IOException>(() => AddAsync(() => throw new IOException("a bad sector")));
        Assert.True(await EndIfLeftAsync());
    }

    [Fact]
    public async Task A_late_frame_opens_a_session_that_ended_while_another_was_saved()
    {
        var saved = new TaskCompletionSource();
        var first = AddAsync(() => saved.Task);
        await Sessions.EndAsync(Old, default); // by whoever opened it
        saved.SetResult();
        await first;
        Assert.True(await EndedAsync());
        await AddAsync(() => Task.CompletedTask);
        Assert.False(await EndedAsync());
    }

    private Task AddAsync(Func<Task> save) => Sessions.AddAsync(Old, SessionKind.Watched, () => true, _ => save(), default);

    private Task<bool> EndIfLeftAsync() => Sessions.EndIfLeftAsync(Old, () => Task.FromResult(false), default);

    private async Task<bool> EndedAsync() => (await Catalogue.Sessions.FindAsync(Old, default))!.EndedAt is not null;
}
