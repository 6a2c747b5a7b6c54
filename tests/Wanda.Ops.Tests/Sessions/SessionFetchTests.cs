using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Sessions;

/// <summary>A night comes back from a real pinning server, and nothing that is not it does.</summary>
public sealed class SessionFetchTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("wanda-back-").FullName, "night");
    private TestDestination _destination = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _destination = await TestDestination.StartAsync();
        _node = await TestNode.CreateAsync(o => o with { Destinations = [_destination.Options()] });
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _destination.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);
    }

    [Fact]
    public async Task A_night_comes_back_whole_with_its_original_names()
    {
        var here = await SaveAsync("here.fits", 3000);
        var gone = new[] { await SaveAsync("small.fits", 10), await SaveAsync("empty.fits", 0), await SaveAsync("large.fits", 3_500_000) };
        foreach (var capture in gone)
        {
            await _destination.TakeAsync(_node, capture);
            await _node.ReleaseAsync(capture);
        }

        var report = await FetchAsync();
        Assert.Equal((4, 1, 3, 0, 3_500_010L),
            (report.Frames, report.FromHere, report.FromDestinations, report.AlreadyThere, report.FetchedBytes));
        Assert.Empty(report.Missing);
        Assert.Equal(["empty.fits", "here.fits", "large.fits", "metadata.json", "small.fits"],
            Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
        foreach (var capture in gone.Append(here))
            Assert.Equal(capture.Sha256, Hash(Path.Combine(_folder, capture.FileName)));
        var metadata = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_folder, SessionMetadata.FileName)));
        Assert.Equal(4, metadata.RootElement.GetProperty("images").GetArrayLength());
    }

    [Fact]
    public async Task The_second_time_everything_is_there_already()
    {
        await SaveAsync("a.fits", 100);
        await FetchAsync();
        var written = File.GetLastWriteTimeUtc(Path.Combine(_folder, "a.fits"));
        Assert.Equal((1, 0), ((await FetchAsync()).AlreadyThere, (await FetchAsync()).FromHere));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(_folder, "a.fits")));
    }

    [Fact]
    public async Task A_different_file_of_a_frame_s_name_is_left_alone_and_named()
    {
        await SaveAsync("a.fits", 100);
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "a.fits"), "mine");
        await File.WriteAllTextAsync(Path.Combine(_folder, "metadata.json"), """{"name":"another night"}""");
        var report = await FetchAsync();
        Assert.Equal(["a.fits", "metadata.json"], report.Missing.Select(m => m.File));
        Assert.All(report.Missing, m => Assert.Contains("left alone", m.Why));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(_folder, "a.fits")));
    }

    [Fact]
    public async Task A_stopped_fetch_goes_on_where_it_stopped()
    {
        var capture = await GoneAsync("large.fits", 3_500_000, out var bytes);
        Directory.CreateDirectory(_folder);
        await File.WriteAllBytesAsync(Path.Combine(_folder, $"{capture.Id}.wanda-part"), bytes[..3_000_000]);
        var report = await FetchAsync();
        Assert.Equal((500_000L, 0), (report.FetchedBytes, report.Missing.Count));
        Assert.Equal(capture.Sha256, Hash(Path.Combine(_folder, "large.fits")));
    }

    [Fact]
    public async Task What_a_stopped_fetch_left_behind_is_not_believed()
    {
        var capture = await GoneAsync("large.fits", 3_500_000, out _);
        Directory.CreateDirectory(_folder);
        await File.WriteAllBytesAsync(Path.Combine(_folder, $"{capture.Id}.wanda-part"), new byte[2_000_000]);
        Assert.Contains("not what was saved", Assert.Single((await FetchAsync()).Missing).Why);
        Assert.Empty((await FetchAsync()).Missing);
        Assert.Equal(capture.Sha256, Hash(Path.Combine(_folder, "large.fits")));
    }

    [Fact]
    public async Task A_frame_that_is_called_as_a_part_of_another_stays_as_it_is()
    {
        var part = await SaveAsync("large.fits.wanda-part", 3000);
        Assert.Empty((await FetchAsync()).Missing);
        var large = await SaveAsync("large.fits", 3_500_000);
        Assert.Empty((await FetchAsync()).Missing);
        Assert.Equal((part.Sha256, large.Sha256),
            (Hash(Path.Combine(_folder, part.FileName)), Hash(Path.Combine(_folder, large.FileName))));
    }

    [Fact]
    public async Task A_frame_that_changed_here_is_fetched_from_where_it_is_proven()
    {
        var capture = await SaveAsync("a.fits", 2000);
        await _destination.TakeAsync(_node, capture);
        await File.WriteAllBytesAsync(_node.Root.Resolve(capture.Path), new byte[2000]);
        Assert.Contains("is not the one that was saved", Assert.Single(await MissingWithTokenAsync("nonsense")).Why);
        Assert.Equal((1, 0), await CountsAsync());
        Assert.Equal(capture.Sha256, Hash(Path.Combine(_folder, "a.fits")));

        async Task<(int, int)> CountsAsync() => await FetchAsync() is var r ? (r.FromDestinations, r.Missing.Count) : default;
    }

    [Fact]
    public async Task A_destination_that_lost_or_damaged_a_block_gives_no_file()
    {
        var capture = await GoneAsync("a.fits", 1_500_000, out _);
        foreach (var block in Directory.GetFiles(_destination.Folder, "*", SearchOption.AllDirectories)
            .Where(b => new FileInfo(b).Length > 100_000))
        {
            var bytes = await File.ReadAllBytesAsync(block);
            bytes[^1] ^= 1;
            await File.WriteAllBytesAsync(block, bytes);
        }

        var missing = Assert.Single((await FetchAsync()).Missing);
        Assert.Equal("a.fits", missing.File);
        Assert.Contains("altermundi", missing.Why);
        Assert.False(File.Exists(Path.Combine(_folder, "a.fits")));
        Assert.NotNull(capture.Sha256);
    }

    [Fact]
    public async Task A_refused_token_is_said()
    {
        await GoneAsync("a.fits", 100, out _);
        Assert.Contains("refuses our token", Assert.Single(await MissingWithTokenAsync("nonsense")).Why);
    }

    [Fact]
    public async Task A_session_that_is_not_here_is_said()
    {
        foreach (var name in new[] { "no-such", "../..", "" })
            await Assert.ThrowsAsync<NotHereException>(() => _node.Get<SessionFetch>().RunAsync(name, _folder, null, default));
        Assert.False(Directory.Exists(_folder));
    }

    private Task<FetchReport> FetchAsync() => _node.Get<SessionFetch>().RunAsync("m42", _folder, null, default);

    private async Task<IReadOnlyList<MissingFrame>> MissingWithTokenAsync(string token)
    {
        await _node.RestartAsync(o => o with { Destinations = [_destination.Options(token)] });
        var report = await FetchAsync();
        await _node.RestartAsync(o => o with { Destinations = [_destination.Options()] });
        return report.Missing;
    }

    private Task<CaptureRecord> SaveAsync(string name, int size) => _node.SaveAsync(name: name, bytes: Bytes(size));

    private Task<CaptureRecord> GoneAsync(string name, int size, out byte[] bytes)
    {
        bytes = Bytes(size);
        return GoneAsync(name, bytes);
    }

    private async Task<CaptureRecord> GoneAsync(string name, byte[] bytes)
    {
        var capture = await _node.SaveAsync(name: name, bytes: bytes);
        await _destination.TakeAsync(_node, capture);
        await _node.ReleaseAsync(capture);
        return capture;
    }

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
