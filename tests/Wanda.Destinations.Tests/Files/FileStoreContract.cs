using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Destinations.Files;
using Wanda.Destinations.Tests.Support;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Tests.Files;

/// <summary>What every kind of destination that keeps files promises, whatever the files lie on.</summary>
public abstract class FileStoreContract : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-files-");
    private protected readonly JumpingTime Time = new();
    private WandaOptions _node = null!;
    private BlockStore _store = null!;
    private Catalogue _catalogue = null!;
    private EmbeddedNode _ipfs = null!;
    private CarFileDestination _destination = null!;
    private byte[] _bytes = [];
    private OffloadItem _frame = null!;

    /// <summary>The folder itself, where the test looks behind the destination's back.</summary>
    protected string Root => Path.Combine(_folder.FullName, "nas");

    private protected abstract DestinationOptions Options { get; }

    private protected abstract IFileStore Open(DestinationOptions options);

    protected virtual Task StartAsync() => Task.CompletedTask;

    protected virtual Task StopAsync() => Task.CompletedTask;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Root);
        await StartAsync();
        _store = await BlockStore.OpenAsync(Path.Combine(_folder.FullName, "store"), Time, default);
        _ipfs = new EmbeddedNode(_store);
        _bytes = TestFrames.Noise(2_500_000);
        _frame = await AddAsync("a", _bytes);
        _node = new WandaOptions { Node = "dome", Destinations = [Options] };
        _catalogue = await Catalogue.OpenAsync(Path.Combine(_folder.FullName, "catalogue.db"), Time, default);
        _destination = new CarFileDestination(Options, Open(Options),
            new DestinationTools(_node, _ipfs, new ReadBack(new OwnNodes(_ipfs, []), Time), Time),
            new UploadLine(Options, new Uplink(Time), _catalogue, Time));
    }

    public async Task DisposeAsync()
    {
        _destination.Dispose();
        await _catalogue.DisposeAsync();
        await _store.DisposeAsync();
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_frame_is_a_car_that_anybody_can_unpack_and_is_proven_by_reading_it_back()
    {
        await PrepareAsync();
        var id = await _destination.PushAsync(_frame, default);
        Assert.Equal($"m42/a.fits.{_frame.Cid}.car", id);
        var proof = (await _destination.ProveAsync(_frame, default))!;
        Assert.Equal((ProofMethod.ReadBack, true, Flushes.ByUs), (proof.Method, proof.OnThisMachine, proof.Flushes));
        Assert.InRange(proof.Bytes, _bytes.Length, _bytes.Length + 1000);

        await using var file = File.OpenRead(Path.Combine(Root, id!));
        var car = await CarSource.OpenAsync(file);
        await using var content = await UnixFsReader.OpenAsync(car, _frame.Cid, default);
        var back = new MemoryStream();
        await content.CopyToAsync(back);
        Assert.Equal(_bytes, back.ToArray());
    }

    [Fact]
    public async Task Without_its_id_file_nothing_is_written_and_it_says_what_to_do()
    {
        foreach (var work in new Func<Task>[]
                 {
                     () => _destination.PushAsync(_frame, default), () => _destination.ProveAsync(_frame, default),
                     () => _destination.UnpinAsync("m42/a.car", default),
                 })
        {
            var down = await Assert.ThrowsAsync<DestinationDownException>(work);
            Assert.Contains("wanda destination init nas", down.Message);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
    }

    [Fact]
    public async Task A_folder_of_another_node_is_left_alone()
    {
        await File.WriteAllTextAsync(Path.Combine(Root, StoreId.FileName), """{ "node": "other", "destination": "nas" }""");
        var down = await Assert.ThrowsAsync<DestinationDownException>(() => _destination.PushAsync(_frame, default));
        Assert.True(down.NeedsOperator);
        await Assert.ThrowsAsync<IOException>(PrepareAsync);
        Assert.Single(Directory.EnumerateFileSystemEntries(Root));
    }

    [Fact]
    public async Task A_copy_that_was_damaged_cut_or_removed_is_not_held()
    {
        await PrepareAsync();
        var path = Path.Combine(Root, (await _destination.PushAsync(_frame, default))!);
        var sound = await File.ReadAllBytesAsync(path);
        foreach (var harm in new Action[]
                 {
                     () => File.WriteAllBytes(path, [.. sound[..1_000_000], (byte)(sound[1_000_000] ^ 1), .. sound[1_000_001..]]),
                     () => File.WriteAllBytes(path, sound[..^1]),
                     () => File.WriteAllBytes(path, []),
                     () => File.Delete(path),
                 })
        {
            harm();
            await Assert.ThrowsAsync<NotHeldException>(() => _destination.ProveAsync(_frame, default));
        }

        // It is sent again, over whatever is left, and is proven.
        await _destination.PushAsync(_frame, default);
        Assert.NotNull(await _destination.ProveAsync(_frame, default));
        Assert.DoesNotContain(Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories), f => f.Contains("wanda-tmp"));
    }

    [Fact]
    public async Task What_a_killed_process_left_is_not_taken_for_the_copy_and_goes()
    {
        await PrepareAsync();
        Directory.CreateDirectory(Path.Combine(Root, "m42"));
        await File.WriteAllBytesAsync(Path.Combine(Root, $"m42/a.fits.{_frame.Cid}.car.0123.wanda-tmp"), new byte[1000]);
        await File.WriteAllBytesAsync(Path.Combine(Root, $"m42/a.fits.{_frame.Cid}.car.wanda-tmp"), new byte[1000]);
        await Assert.ThrowsAsync<NotHeldException>(() => _destination.ProveAsync(_frame, default));
        await _destination.PushAsync(_frame, default);
        Assert.NotNull(await _destination.ProveAsync(_frame, default));
    }

    [Theory]
    [InlineData("wanda-destination.json")]
    [InlineData("Wanda-Destination.json")]
    [InlineData("_node")]
    public async Task No_session_s_name_stands_in_the_way_of_the_id_file(string session)
    {
        await PrepareAsync();
        var frame = _frame with { Labels = _frame.Labels with { Session = session } };
        await _destination.PushAsync(frame, default);
        Assert.NotNull(await _destination.ProveAsync(frame, default));
        Assert.DoesNotContain(Directory.GetDirectories(Root),
            d => Path.GetFileName(d).Equals(StoreId.FileName, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Letting_a_copy_go_removes_its_file_and_twice_is_harmless()
    {
        await PrepareAsync();
        var id = (await _destination.PushAsync(_frame, default))!;
        await _destination.UnpinAsync(id, default);
        await _destination.UnpinAsync(id, default);
        Assert.False(File.Exists(Path.Combine(Root, id)));
        await Assert.ThrowsAsync<ArgumentException>(() => _destination.UnpinAsync("../../frames/a.fits", default));
    }

    [Fact]
    public async Task A_frame_that_is_damaged_here_is_said_of_the_frame_and_leaves_no_file()
    {
        await PrepareAsync();
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "a.fits"), TestFrames.Noise(2_500_000, seed: 9));
        await Assert.ThrowsAsync<PoisonException>(() => _destination.PushAsync(_frame, default));
        Assert.DoesNotContain(Directory.EnumerateFiles(Root, "*.car", SearchOption.AllDirectories), _ => true);
    }

    protected Task PrepareAsync() => DestinationSetup.PrepareAsync(_node, "nas", null, Time, default);

    private async Task<OffloadItem> AddAsync(string id, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, $"{id}.fits");
        await File.WriteAllBytesAsync(path, bytes);
        return new OffloadItem(SubjectKind.Capture, id, (await _ipfs.AddFileAsync(path, id)).Root,
            new PinLabels("m42", $"{id}.fits", id, 1));
    }
}
