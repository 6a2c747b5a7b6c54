using System.Text;
using Wanda.Contracts;

namespace Wanda.Catalog.Tests;

/// <summary>A number is never given twice, also where only the session's folder tells that it was given.</summary>
public sealed class SessionNumbersTests : IAsyncLifetime
{
    private static readonly SessionName Night = new("night");
    private TestCatalogue _test = null!;
    private StorageRoot _root = null!;

    private string Folder => _root.FolderOf(Night);

    public async Task InitializeAsync()
    {
        _test = await TestCatalogue.CreateAsync();
        _root = await StorageRoot.OpenAsync(Path.Combine(_test.Folder, "frames"), _test.Catalogue, default);
        Directory.CreateDirectory(SessionFolder.Own(Folder));
    }

    public Task DisposeAsync() => _test.DisposeAsync().AsTask();

    [Theory]
    [InlineData(".wanda/metadata.json", """{"name":"night","images":[{"number":3},{"number":8}],"others":[{"number":9}]}""", 10)]
    [InlineData("metadata.json", """{"name":"night","images":[{"number":8}]}""", 9)] // where versions before 0.3 kept it
    [InlineData(".wanda/metadata.json", """{"name":"another","images":[{"number":8}]}""", 1)]
    [InlineData(".wanda/metadata.json", """{"name":"night","images":[null,{"number":-1},{"number":2147483647},{"number":4}]}""", 5)]
    [InlineData(".wanda/metadata.json", """{"name":"night","images":null}""", 1)]
    [InlineData(".wanda/metadata.json", """{"name":"night","ima""", 1)]
    [InlineData("night_00012.fits", "", 13)]
    [InlineData("night_00012~2.fits", "", 13)]
    [InlineData("night_221530.fits", "", 1)] // another program's: a time of day
    [InlineData("night_12.fits", "", 1)] // another program's
    [InlineData("night_99999999999999.fits", "", 1)]
    [InlineData("image_00012.fits", "", 1)]
    public async Task The_next_number_is_above_what_the_folder_tells(string file, string content, int next)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, file), content, Encoding.UTF8);
        await SessionNumbers.TakeAsync(_test.Catalogue, _root, Night, default);
        Assert.Equal(next, (await _test.AddAsync()).Number);
        Assert.Equal(next + 1, (await _test.AddAsync()).Number);
    }

    [Fact]
    public async Task What_was_told_once_is_kept_and_a_higher_number_that_is_known_stands()
    {
        var path = SessionFolder.Metadata(Folder);
        await File.WriteAllTextAsync(path, """{"name":"night","images":[{"number":8}]}""");
        await SessionNumbers.TakeAsync(_test.Catalogue, _root, Night, default);
        await File.WriteAllTextAsync(path, """{"name":"night","images":[{"number":2}]}"""); // written anew, of what is known now
        await SessionNumbers.TakeAsync(_test.Catalogue, _root, Night, default);
        Assert.Equal(9, await _test.Catalogue.Captures.NextNumberAsync(Night, default));
        Assert.Equal(1, await _test.Catalogue.Captures.NextNumberAsync(new SessionName("another"), default));
        await _test.AddAsync(number: 20);
        await SessionNumbers.TakeAsync(_test.Catalogue, _root, Night, default);
        Assert.Equal(21, await _test.Catalogue.Captures.NextNumberAsync(Night, default));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_ends_nothing()
    {
        Directory.CreateDirectory(SessionFolder.Metadata(Folder));
        await SessionNumbers.TakeAsync(_test.Catalogue, _root, Night, default);
        await SessionNumbers.TakeAsync(_test.Catalogue, _root, new SessionName("no-folder"), default);
        Assert.Equal(1, await _test.Catalogue.Captures.NextNumberAsync(Night, default));
    }
}
