using System.Text;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog.Tests.Sessions;

public class ArchivePathsTests
{
    [Fact]
    public void Names_are_those_of_their_program_and_unique() => Check(
        ("Light_001.fits", "L", "L/Light_001.fits"),
        ("Light_001.fits", "R", "R/Light_001.fits"),
        ("Light_001.fits", "L", "L/Light_001~2.fits"), // the name came again
        ("light_001.FITS", "L", "L/light_001~3.FITS"), // exFAT knows no case
        ("image.jpg", null, "image.jpg"),
        ("image~2.jpg", null, "image~2.jpg"),
        ("image.jpg", null, "image~3.jpg"),
        (".hidden", null, ".hidden"),
        (".hidden", null, ".hidden~2"));

    [Fact]
    public void Our_own_file_stays_ours() => Check(
        ("metadata.json", null, "metadata~3.json"), ("METADATA.JSON", null, "METADATA~4.JSON"), ("metadata.json", "L", "L/metadata.json"),
        ("a.fits", "metadata.json", "metadata~2.json/a.fits"), ("journal.jsonl", null, "journal.jsonl"));

    [Fact]
    public void A_file_that_is_called_as_a_folder_makes_way() => Check(
        ("L", null, "L~2"), ("a.fits", "L", "L/a~2.fits"), ("b.fits", "L/a.fits", "L/a.fits/b.fits"));

    [Fact]
    public void Nothing_leads_elsewhere() => Check(
        ("..", null, "\\x2e\\x2e"), (".", "x", "x/\\x2e"), ("a.fits", "y/../../etc", "y/\\x2e\\x2e/\\x2e\\x2e/etc/a.fits"),
        ("M 31\\x", "a\\b", "a\\x5cb/M 31\\x5cx"));

    [Fact]
    public void Folders_of_any_depth_and_names_of_any_length_are_taken()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 2000));
        var path = Assert.Single(Of(Capture(1, new string('n', 255), deep))).Value;
        Assert.Equal(32, path.Count(c => c == '/'));
        Assert.EndsWith(new string('n', 255), path);
    }

    [Fact]
    public void A_cameras_frame_has_the_name_of_its_file()
    {
        var capture = TestCatalogue.Capture(path: "night/m31_00001~2.fits", number: 1);
        Assert.Equal("m31_00001~2.fits", Assert.Single(Of(capture)).Value);
        Assert.Null(ArchivePaths.OriginalOf(capture));
    }

    [Fact]
    public void Ten_thousand_of_one_name_are_quick()
    {
        var captures = Enumerable.Range(1, 10_000).Select(n => Capture(n, "image.jpg", null)).ToArray();
        Assert.Equal(10_000, Of(captures).Values.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    private static void Check(params (string Name, string? Folder, string Expected)[] cases)
    {
        var captures = cases.Select((c, i) => Capture(i + 1, c.Name, c.Folder)).ToArray();
        var paths = Of([.. captures.AsEnumerable().Reverse()]);
        Assert.Equal(cases.Select(c => c.Expected), captures.Select(c => paths[c.Id]));
    }

    private static IReadOnlyDictionary<CaptureId, string> Of(params CaptureRecord[] captures) => ArchivePaths.Of(captures);

    private static CaptureRecord Capture(int number, string name, string? folder) => TestCatalogue.Capture(number: number) with
    {
        OriginalName = new RawName(Encoding.UTF8.GetBytes(name)),
        Folder = folder is null ? null : RawName.FromText(folder),
    };
}
