using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Maintenance;

/// <summary>A clock that jumps ahead ends nothing that is kept for days (law 10).</summary>
public sealed class WrongClockTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-clock-").FullName;
    private readonly JumpingTime _time = new();
    private readonly ServerLog _log = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton<TimeProvider>(_time);
        await builder.AddPinningServerAsync(
            new PinningServerOptions { DataFolder = _folder, MinFreeBytes = 0, MaintainEvery = TimeSpan.FromSeconds(1) });
        _app = builder.Build();
        _app.MapPinningServer();
        await _app.StartAsync();
        _client = new HttpClient
        {
            BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_unpinned_goes_by_time_that_has_passed_and_not_by_what_a_clock_says()
    {
        var block = Dags.Raw("a frame");
        var pin = await _client.UploadAsync(await Dags.CarAsync(block.Cid, block)).JsonAsync(HttpStatusCode.Created);
        using (await _client.DeleteAsync($"/v0/pins/{pin["pinId"]}"))
            await CollectedAsync();

        _time.SetWrongBy(TimeSpan.FromDays(30));
        await CollectedAsync();
        Assert.True(await _client.HasAsync(block.Cid));
        _time.SetWrongBy(TimeSpan.FromDays(-400));
        _time.Advance(TimeSpan.FromDays(2));
        await CollectedAsync();
        _time.SetWrongBy(TimeSpan.FromDays(30));
        await CollectedAsync();
        Assert.True(await _client.HasAsync(block.Cid));

        _time.SetWrongBy(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromDays(8));
        await CollectedAsync();
        Assert.False(await _client.HasAsync(block.Cid));
    }

    private Task CollectedAsync()
    {
        int before = _log.Count("Collected ");
        return Eventually.HoldsAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            return _log.Count("Collected ") >= before + 2;
        }, "two collections");
    }
}
