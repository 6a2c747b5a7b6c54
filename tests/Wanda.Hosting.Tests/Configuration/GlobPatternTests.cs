using System.Text;

namespace Wanda.Hosting.Tests.Configuration;

[Trait("Rerun", "Never")]
public class GlobPatternTests
{
    [Theory]
    [InlineData("*.fits", "a.fits", true)]
    [InlineData("*.fits", "L/a.fits", true)] // without a slash: the name, in any folder
    [InlineData("*.fits", "a.fits.txt", false)]
    [InlineData("*.FITS", "a.fits", true)]
    [InlineData("*", "anything/at all", true)]
    [InlineData("?.jpg", "\u00e9.jpg", true)] // one character, two bytes
    [InlineData("?.jpg", "ab.jpg", false)]
    [InlineData("img_[0-9][!a-f].*", "IMG_1z.cr2", true)]
    [InlineData("img_[0-9][!a-f].*", "img_1c.cr2", false)]
    [InlineData("L/*.fits", "L/a.fits", true)]
    [InlineData("L/*.fits", "L/x/a.fits", false)]
    [InlineData("L/*.fits", "a.fits", false)]
    [InlineData("flats/**", "flats/x/y/a.fits", true)]
    [InlineData("flats/**", "myflats/a.fits", false)]
    [InlineData("**/flats/*.fits", "flats/a.fits", true)] // folders may be none
    [InlineData("**/flats/*.fits", "n/m/flats/a.fits", true)]
    [InlineData("**/flats/*.fits", "n/myflats/a.fits", false)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "ab", false)]
    [InlineData("**", "a/b/c", true)]
    [InlineData("\\[1\\].fits", "[1].fits", true)]
    [InlineData("[]].fits", "].fits", true)]
    [InlineData("a.fits", "A.FITS", true)]
    public void Patterns_mean_what_shells_mean(string pattern, string path, bool matches) =>
        Assert.Equal(matches, GlobPattern.Parse(pattern).IsMatch(Encoding.UTF8.GetBytes(path)));

    [Fact]
    public void Bytes_that_are_no_utf8_are_characters_too()
    {
        Assert.True(GlobPattern.Parse("caf?.fits").IsMatch([.. "caf"u8, 0xe9, .. ".fits"u8]));
        Assert.True(GlobPattern.Parse("*.fits").IsMatch([0xff, 0xfe, .. ".fits"u8]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("[a")]
    public void What_is_no_pattern_is_refused(string pattern) => Assert.Throws<FormatException>(() => GlobPattern.Parse(pattern));

    /// <summary>Patterns that take a backtracking matcher years.</summary>
    [Fact]
    public void No_pattern_and_no_name_take_long()
    {
        var stars = GlobPattern.Parse(string.Concat(Enumerable.Repeat("a*", 200)) + "b");
        Assert.False(stars.IsMatch(Encoding.UTF8.GetBytes(new string('a', 4096))));
        var folders = GlobPattern.Parse(string.Concat(Enumerable.Repeat("**/", 150)) + "b");
        Assert.False(folders.IsMatch(Encoding.UTF8.GetBytes(string.Join('/', Enumerable.Repeat("a", 2000)))));
    }

    [Fact]
    public Task A_name_of_any_bytes_is_matched_by_itself() => Seed.RunAsync(random =>
    {
        for (var round = 0; round < 2000; round++)
        {
            const string letters = "ab*?[]!^-\\.\u00e9\ud83c\udf0c ";
            var name = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => letters[random.Next(letters.Length)]));
            name = string.Concat(name.EnumerateRunes().Select(r => r.ToString()));
            var escaped = string.Concat(name.EnumerateRunes().Select(r => $"\\{r}"));
            Assert.True(GlobPattern.Parse(escaped).IsMatch(Encoding.UTF8.GetBytes(name)), name);
            Assert.False(GlobPattern.Parse(escaped).IsMatch(Encoding.UTF8.GetBytes(name + "x")), name);
        }

        return Task.CompletedTask;
    });
}
