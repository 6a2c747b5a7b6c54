using Wanda.CaptureProducer.Survey;

namespace Wanda.CaptureProducer.Tests.Survey;

/// <summary>Where the WANDA app writes: below the folder that its unit works in, whatever else was cloned beside it.</summary>
public sealed class WandaAppFoldersTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("wanda-root-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void All_candidates_are_found_and_the_one_that_was_written_to_last_comes_first()
    {
        Make("home/admin/wanda-telescope/captures", hoursAgo: 50);
        Make("home/astro1/wanda-old/captures", hoursAgo: 500);
        Make("opt/wanda/captures/M31", hoursAgo: 1);
        Make("home/astro1/Pictures/captures", hoursAgo: 0);
        var units = Directory.CreateDirectory(Path.Combine(_root.FullName, "etc/systemd/system")).FullName;
        File.WriteAllText(Path.Combine(units, "wanda-backend.service"), "[Service]\nUser=admin\nWorkingDirectory=/opt/wanda\n");

        Assert.Equal(["opt/wanda/captures", "home/admin/wanda-telescope/captures", "home/astro1/wanda-old/captures"], Find());
    }

    [Fact]
    public void Where_the_app_is_not_there_are_none() => Assert.Empty(Find());

    private IEnumerable<string> Find() =>
        new WandaAppFolders(_root.FullName).Find().Select(folder => Path.GetRelativePath(_root.FullName, folder));

    private void Make(string folder, int hoursAgo)
    {
        var made = Directory.CreateDirectory(Path.Combine(_root.FullName, folder));
        for (var at = made; at.FullName != _root.FullName; at = at.Parent!)
            at.LastWriteTimeUtc = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-hoursAgo);
    }
}
