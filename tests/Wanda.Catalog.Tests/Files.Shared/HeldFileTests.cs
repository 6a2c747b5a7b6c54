using Files.Shared;

namespace Wanda.Catalog.Tests.Files.Shared;

public sealed class HeldFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-held-");

    private string FilePath => Path.Combine(_folder.FullName, "a.fits");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_file_that_was_looked_at_is_read_and_deleted()
    {
        await File.WriteAllBytesAsync(FilePath, [1, 2, 3]);
        using var held = HeldFile.Open(FilePath)!;
        using var read = new MemoryStream();
        await held.Read().CopyToAsync(read);
        Assert.Equal([1, 2, 3], read.ToArray());
        Assert.False(held.WasWritten());
        Assert.Null(held.WhyItStays());
        Assert.True(held.Delete());
        Assert.False(File.Exists(FilePath));
    }

    [Theory]
    [InlineData("replaced")]
    [InlineData("written to, and its time set back")]
    [InlineData("renamed away and back")]
    [InlineData("gone")]
    public async Task What_its_path_leads_to_by_then_is_left_alone(string what)
    {
        await File.WriteAllBytesAsync(FilePath, [1, 2, 3]);
        using var held = HeldFile.Open(FilePath)!;
        var time = File.GetLastWriteTimeUtc(FilePath);
        switch (what)
        {
            case "replaced":
                await File.WriteAllBytesAsync(FilePath + ".new", [1, 2, 3]);
                File.SetLastWriteTimeUtc(FilePath + ".new", time);
                File.Move(FilePath + ".new", FilePath, overwrite: true);
                break;
            case "written to, and its time set back":
                await File.WriteAllBytesAsync(FilePath, [1, 2, 4]);
                File.SetLastWriteTimeUtc(FilePath, time);
                break;
            case "renamed away and back":
                File.Move(FilePath, FilePath + ".away");
                File.Move(FilePath + ".away", FilePath);
                break;
            default:
                File.Delete(FilePath);
                break;
        }

        Assert.False(held.IsInPlace());
        Assert.False(held.Delete());
        Assert.Equal(what != "gone", File.Exists(FilePath));
    }

    [Fact]
    public void Only_a_regular_file_is_opened()
    {
        Assert.Null(HeldFile.Open(FilePath));
        Assert.Null(HeldFile.Open(Path.Combine(FilePath, "below")));
        Directory.CreateDirectory(FilePath);
        Assert.Null(HeldFile.Open(FilePath));
        var link = FilePath + ".link";
        File.WriteAllText(FilePath + ".target", "");
        foreach (var target in new[] { FilePath + ".target", FilePath + ".nowhere", link })
        {
            File.CreateSymbolicLink(link, target);
            Assert.Null(HeldFile.Open(link));
            File.Delete(link);
        }
    }
}
