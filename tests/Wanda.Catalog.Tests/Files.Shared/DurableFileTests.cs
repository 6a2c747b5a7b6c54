using Files.Shared;

namespace Wanda.Catalog.Tests;

public sealed class DurableFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_final_name_appears_only_when_the_file_is_whole()
    {
        var path = Path.Combine(_folder, "frame.fits");
        await DurableFile.WriteAsync(path, overwrite: false, async stream =>
        {
            await stream.WriteAsync("half"u8.ToArray());
            Assert.False(File.Exists(path));
            await stream.WriteAsync(" and half"u8.ToArray());
        }, default);
        Assert.Equal("half and half", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_writer_that_fails_leaves_the_old_file_and_nothing_else()
    {
        var path = Path.Combine(_folder, "metadata.json");
        await File.WriteAllTextAsync(path, "old");
        await Assert.ThrowsAsync<InvalidDataException>(() => DurableFile.WriteAsync(path, overwrite: true, async stream =>
        {
            await stream.WriteAsync("ne"u8.ToArray());
            throw new InvalidDataException();
        }, default));
        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Written_apart_nothing_but_the_file_ever_lies_in_its_folder()
    {
        var (path, apart) = (Path.Combine(_folder, new string('x', 255)), Path.Combine(_folder, "own", "tmp")); // a name as long as can be
        await DurableFile.WriteApartAsync(path, apart, overwrite: false, async stream =>
        {
            await stream.WriteAsync("whole"u8.ToArray());
            Assert.Empty(Directory.GetFiles(_folder));
        }, default);
        Assert.Equal("whole", await File.ReadAllTextAsync(path));
        await Assert.ThrowsAsync<IOException>(() => DurableFile.WriteApartAsync(
            path, apart, overwrite: false, stream => stream.WriteAsync("mine"u8.ToArray()).AsTask(), default));
        Assert.Equal("whole", await File.ReadAllTextAsync(path));
        Assert.Empty(Directory.GetFiles(apart));
    }

    [Fact]
    public async Task A_move_takes_nobody_s_place()
    {
        var (from, to) = (Path.Combine(_folder, "old"), Path.Combine(_folder, "own", "new"));
        await File.WriteAllTextAsync(from, "first");
        DurableFile.Move(from, to);
        await File.WriteAllTextAsync(from, "second");
        Assert.Throws<IOException>(() => DurableFile.Move(from, to));
        Assert.Equal(("first", "second"), (await File.ReadAllTextAsync(to), await File.ReadAllTextAsync(from)));
    }

    [Fact]
    public async Task A_taken_name_is_not_overwritten_unasked()
    {
        var path = Path.Combine(_folder, "frame.fits");
        await File.WriteAllTextAsync(path, "another frame");
        await Assert.ThrowsAsync<IOException>(
            () => DurableFile.WriteAsync(path, overwrite: false, stream => stream.WriteAsync("mine"u8.ToArray()).AsTask(), default));
        Assert.Throws<IOException>(() => DurableFile.WriteSecret(path, "mine"u8));
        Assert.Equal("another frame", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    /// <summary>Two processes that start at once must not each believe that theirs is the node's key, or the frame of that name.</summary>
    [Fact]
    public async Task Of_those_who_write_one_name_at_once_one_succeeds()
    {
        for (var round = 0; round < 50; round++)
        {
            var path = Path.Combine(_folder, $"{round}");
            using var start = new Barrier(4);
            var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait();
                try
                {
                    DurableFile.WriteSecret(path, [(byte)writer]);
                    return true;
                }
                catch (IOException)
                {
                    return false;
                }
            }, TaskCreationOptions.LongRunning)));
            Assert.Equal([(byte)Array.IndexOf(written, true)], await File.ReadAllBytesAsync(path));
            Assert.Single(written, success => success);
        }
    }

    [Fact]
    public void A_secret_is_its_owners_alone()
    {
        var path = Path.Combine(_folder, "token");
        DurableFile.WriteSecret(path, "secret"u8);
        Assert.Equal("secret", File.ReadAllText(path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Folders_are_made_and_files_deleted_any_number_of_times()
    {
        var path = Path.Combine(_folder, "a", "b", "c", "file");
        DurableFile.Delete(path);
        for (var n = 0; n < 2; n++)
            DurableFile.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "x");
        for (var n = 0; n < 2; n++)
            DurableFile.Delete(path);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Syncing_a_folder_that_is_not_there_is_an_error() =>
        Assert.Throws<IOException>(() => DurableFile.SyncFolder(Path.Combine(_folder, "missing")));
}
