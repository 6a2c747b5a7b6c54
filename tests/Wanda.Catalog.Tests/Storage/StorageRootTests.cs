namespace Wanda.Catalog.Tests.Storage;

public sealed class StorageRootTests : IAsyncLifetime
{
    private TestCatalogue _test = null!;

    private string Folder => Path.Combine(_test.Folder, "frames");

    public async Task InitializeAsync() => _test = await TestCatalogue.CreateAsync();

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Fact]
    public async Task The_first_start_takes_the_folder_and_later_starts_know_it()
    {
        var first = await StorageRoot.OpenAsync(Folder, _test.Catalogue, default);
        await first.EnsurePresentAsync(default);
        var second = await StorageRoot.OpenAsync(Folder, _test.Catalogue, default);
        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task Who_start_at_once_on_a_new_folder_take_the_same_one()
    {
        var catalogues = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => TestCatalogue.CreateAsync()));
        // As processes that all asked before one of them wrote: to each the folder is new.
        var roots = await Task.WhenAll(catalogues.Select(c => Task.Run(() => StorageRoot.OpenAsync(Folder, c.Catalogue, default))));
        Assert.Single(roots.Select(r => r.Id).Distinct());
        await roots[0].EnsurePresentAsync(default);
        Assert.Single(Directory.EnumerateFileSystemEntries(Folder));
        foreach (var catalogue in catalogues)
            await catalogue.DisposeAsync();
    }

    [Fact]
    public async Task An_unmounted_root_is_told_and_not_taken_again()
    {
        await StorageRoot.OpenAsync(Folder, _test.Catalogue, default);
        Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);

        var root = await StorageRoot.OpenAsync(Folder, _test.Catalogue, default);
        var error = await Assert.ThrowsAsync<StorageRootException>(() => root.EnsurePresentAsync(default));
        Assert.Contains("not mounted", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task Another_disk_in_its_place_is_told()
    {
        var root = await StorageRoot.OpenAsync(Folder, _test.Catalogue, default);
        await File.WriteAllTextAsync(Path.Combine(Folder, StorageRoot.IdFileName), """{"Id":"another"}""");
        Assert.Contains("another disk", (await Assert.ThrowsAsync<StorageRootException>(() => root.EnsurePresentAsync(default))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    public async Task A_damaged_id_file_is_no_permission_to_go_on(string content)
    {
        var root = await StorageRoot.OpenAsync(Folder, _test.Catalogue, default);
        await File.WriteAllTextAsync(Path.Combine(Folder, StorageRoot.IdFileName), content);
        await Assert.ThrowsAsync<StorageRootException>(() => root.EnsurePresentAsync(default));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../x")]
    public async Task No_path_leads_out_of_the_root(string path)
    {
        var root = await StorageRoot.OpenAsync(Folder, _test.Catalogue, default);
        Assert.Throws<ArgumentException>(() => root.Resolve(path));
    }
}
