using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Wanda.CaptureProducer.Tests.Support;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Gate;

/// <summary>Law 1 on files as other programs leave them: each is taken, or refused with its reason, and none is taken twice.</summary>
public sealed class GateCasesTests : ProducerNode
{
    private static readonly byte[] Png = Convert.FromHexString("89504e470d0a1a0a0000000049454e44ae426082");

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        // What is being written, in the instant before its bytes, is not at rest.
        Watch = [new WatchOptions { Path = Watched, Name = "dome", Quiet = TimeSpan.Zero, QuietDoubtful = TimeSpan.FromSeconds(1) }],
    };

    [Theory]
    [InlineData("4d2033315c4c494748545c48615f303030312e66697473")] // M 31\LIGHT\Ha_0001.fits, one name
    [InlineData("636166e92e66697473")] // Latin-1
    [InlineData("5c")]
    [InlineData("0a1b5b33316d2e6a7067")] // a line feed and an escape sequence
    [InlineData("434f4e2e66697473")] // CON.fits
    [InlineData("2d722e66697473")] // -r.fits
    public async Task A_name_is_any_bytes_and_is_kept(string hex)
    {
        var name = Convert.FromHexString(hex);
        Write(name, Png);
        var frame = Assert.Single(await TakenAsync(1));
        Assert.Equal(new RawName(name), frame.OriginalName);
        Assert.Equal(new RawName(name).ToString(), frame.FileName);
        Assert.Equal(Png, await File.ReadAllBytesAsync(Root.Resolve(frame.Path)));
        Assert.Matches("^[A-Za-z0-9_][A-Za-z0-9._+=,()@~ -]*$", Path.GetFileName(frame.Path));
        RemoveWatched(name);
        await StopAsync();
        await StartAsync();
        await SettledAsync();
        Assert.Equal(Png, await File.ReadAllBytesAsync(Root.Resolve(frame.Path)));
    }

    [Fact]
    public async Task Names_of_255_bytes_and_folders_of_any_depth_are_kept()
    {
        var name = new string('n', 250) + ".fits";
        var folder = string.Join('/', Enumerable.Range(0, 40).Select(n => $"night {n}"));
        Directory.CreateDirectory(Path.Combine(Watched, folder));
        Write(Encoding.UTF8.GetBytes($"{folder}/{name}"), Png);
        var frame = Assert.Single(await TakenAsync(1));
        Assert.Equal((name, folder), (frame.OriginalName!.ToString(), frame.Folder!.ToString()));
    }

    [Fact]
    public async Task Names_of_our_own_files_and_names_that_differ_in_case_only_are_files_of_their_own()
    {
        byte[][] names = [.. new[] { "journal.jsonl", "metadata.json", "wanda-destination.json", "a.fits.wanda-tmp", "A.fits", "a.fits" }
            .Select(Encoding.UTF8.GetBytes)];
        foreach (var name in names)
            Write(name, [.. Png, .. name]);
        var frames = await TakenAsync(names.Length);
        await StopAsync();
        await StartAsync();
        await SettledAsync();
        Assert.Equal(names.Length, frames.Select(f => f.Path.ToUpperInvariant()).Distinct().Count());
        foreach (var frame in frames)
        {
            byte[] expected = [.. Png, .. frame.OriginalName!.Bytes.Span];
            Assert.Equal(expected, await File.ReadAllBytesAsync(Root.Resolve(frame.Path)));
        }
    }

    [Fact]
    public async Task What_is_no_file_is_refused_with_its_reason_and_holds_up_nothing()
    {
        Make("mkfifo", "stream.mjpeg");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(Watched, "ctl.sock")));
        File.CreateSymbolicLink(Path.Combine(Watched, "link.fits"), "/etc/hostname");
        File.CreateSymbolicLink(Path.Combine(Watched, "loop"), Watched);
        Write("after.fits"u8, Png);
        Assert.Equal("after.fits", Assert.Single(await TakenAsync(1)).FileName);
        var refused = await RefusedAsync(4);
        Assert.Equal(RefusalCode.Pipe, refused["stream.mjpeg"]);
        Assert.Equal(RefusalCode.Socket, refused["ctl.sock"]);
        Assert.Equal(RefusalCode.Link, refused["link.fits"]);
        Assert.Equal(RefusalCode.Link, refused["loop"]);

        // Looked at again when it is another: a pipe that gives way to a frame is a frame.
        File.Delete(Path.Combine(Watched, "stream.mjpeg"));
        Write("stream.mjpeg"u8, [.. Png, 1]);
        await TakenAsync(2);
        await RefusedAsync(3);
    }

    [Fact]
    public async Task A_name_that_comes_again_is_a_capture_of_its_own_also_after_release_and_discard()
    {
        Write("image.fits"u8, [.. Png, 1]);
        var first = Assert.Single(await TakenAsync(1));
        await Catalogue.Ledger.ApplyAsync(new Fact.Discarded(first.Id, Time.GetUtcNow(), "test", "test"), default);
        File.Delete(Root.Resolve(first.Path));
        Write("image.fits"u8, [.. Png, 2]);
        var second = (await TakenAsync(2))[1];
        Assert.NotEqual(first.Path, second.Path);
        Assert.Equal([.. Png, 2], await File.ReadAllBytesAsync(Root.Resolve(second.Path)));
        await StopAsync();
        await StartAsync();
        Write("image.fits"u8, [.. Png, 3]);
        Assert.DoesNotContain((await TakenAsync(3))[2].Path, new[] { first.Path, second.Path });
    }

    [Fact]
    public async Task The_same_bytes_are_nothing_new_where_the_file_is_the_same()
    {
        Write("a.fits"u8, Png);
        await TakenAsync(1);
        var path = Path.Combine(Watched, "a.fits");

        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddHours(-1)); // FAT, when the clocks go back
        await SettledAsync();
        Make("chmod", "400", "a.fits");
        await SettledAsync();
        Make("ln", "a.fits", "hard.fits");
        await SettledAsync();
        File.Move(path, Path.Combine(Watched, "b.fits"));
        await SettledAsync();
        File.Delete(Path.Combine(Watched, "hard.fits"));
        Write("b.fits"u8, Png);
        await SettledAsync();
        Write("new.tmp"u8, Png);
        File.Move(Path.Combine(Watched, "new.tmp"), Path.Combine(Watched, "b.fits"), overwrite: true);
        await SettledAsync();
        await StopAsync();
        await StartAsync();
        await SettledAsync();
        Assert.Single(await AllAsync());

        // Beside the first it is another.
        Write("c.fits"u8, Png);
        await TakenAsync(2);
    }

    [Fact]
    public async Task A_file_that_lost_one_of_its_names_is_there_by_the_other()
    {
        Write("a.fits"u8, Png);
        await TakenAsync(1);
        Make("ln", "a.fits", "b.fits");
        await SettledAsync();
        File.Delete(Path.Combine(Watched, "b.fits"));
        Write("b.fits"u8, Png);
        await TakenAsync(2);
        await StopAsync();
        await StartAsync();
        await TakenAsync(2);
    }

    [Fact]
    public async Task Other_bytes_are_new_also_with_the_same_size_and_time()
    {
        var time = new DateTime(2026, 3, 1, 2, 0, 0, DateTimeKind.Utc);
        var path = Path.Combine(Watched, "a.fits");
        foreach (var version in new byte[] { 1, 2, 1 })
        {
            Write("a.fits"u8, [.. Png, version]);
            File.SetLastWriteTimeUtc(path, time);
            var expected = new List<int>(version == 1 ? [1, 3] : [2]);
            await Eventually.HoldsAsync(async () => expected.Contains((await AllAsync()).Count), $"version {version}");
            await SettledAsync();
        }

        Assert.Equal([1, 2, 1], (await AllAsync()).Select(f => (int)File.ReadAllBytes(Root.Resolve(f.Path))[^1]));
    }

    [Fact]
    public async Task What_never_fits_is_refused_for_good_and_what_is_behind_it_is_taken()
    {
        await using (var sparse = new FileStream(Path.Combine(Watched, "sparse.fits"), FileMode.CreateNew))
            sparse.SetLength(1L << 42);
        Write("small.fits"u8, Png);
        Assert.Equal("small.fits", Assert.Single(await TakenAsync(1)).FileName);
        Assert.Equal(RefusalCode.TooLarge, (await RefusedAsync(1))["sparse.fits"]);
        Assert.True(Root.FreeBytes > 0);
    }

    [Fact]
    public async Task A_source_that_cannot_run_says_so()
    {
        Directory.Move(Watched, Watched + "-away");
        await Eventually.HoldsAsync(async () => (await Catalogue.Intake.SourcesAsync(default)).SingleOrDefault() is
        { State: SourceState.Waiting, Code: SourceCode.Folder, Reason: not null }, "the folder to be missed");
        Directory.Move(Watched + "-away", Watched);
        await Eventually.HoldsAsync(
            async () => (await Catalogue.Intake.SourcesAsync(default)).SingleOrDefault()?.State == SourceState.Running,
            "the folder to be back");
    }

    private async Task<IReadOnlyList<CaptureRecord>> AllAsync() =>
        [.. (await Catalogue.Captures.NewestAsync(1000, default)).OrderBy(c => c.Id.ToString(), StringComparer.Ordinal)];

    private async Task<IReadOnlyList<CaptureRecord>> TakenAsync(int count)
    {
        await Eventually.HoldsAsync(async () => (await AllAsync()).Count >= count, $"{count} captures");
        await SettledAsync();
        var all = await AllAsync();
        Assert.Equal(count, all.Count);
        return all;
    }

    private async Task<IReadOnlyDictionary<string, RefusalCode?>> RefusedAsync(int count)
    {
        IReadOnlyList<RefusalRecord> refused = [];
        await Eventually.HoldsAsync(
            async () => (refused = await Catalogue.Intake.RefusalsAsync(100, default)).Count == count, $"{count} refusals");
        return refused.ToDictionary(r => r.Path.ToString(), r => r.Code);
    }

    /// <summary>Everything that is in the folder was seen and is decided about: what comes after it is through as well.</summary>
    private async Task SettledAsync()
    {
        var marker = Path.Combine(Watched, $"marker-{Guid.NewGuid():N}.part");
        File.WriteAllBytes(marker, []);
        var name = RawName.FromText(Path.GetFileName(marker));
        await Eventually.HoldsAsync(async () =>
        {
            Time.Advance(TimeSpan.FromSeconds(0.3)); // as long as an unfinished name is waited for
            return (await Catalogue.Intake.RefusedPathsAsync("dome", default)).Contains(name);
        }, "the marker");
        File.Delete(marker);
        await Eventually.HoldsAsync(async () => !(await Catalogue.Intake.RefusedPathsAsync("dome", default)).Contains(name)
            && Get<CaptureProgress>().IsIdle, "the marker to be gone");
    }

    private void Write(ReadOnlySpan<byte> name, byte[] content) =>
        RawFiles.Write(Watched, name, content);

    private void RemoveWatched(byte[] name) => RawFiles.Delete(Watched, name);

    private void Make(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Watched })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
