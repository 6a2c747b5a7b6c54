using System.Net;
using System.Runtime.Versioning;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Access;

/// <summary>What a server keeps is its user's alone, however it was started and whoever made the folder.</summary>
[Trait("Rerun", "Never")]
[UnsupportedOSPlatform("windows")]
public sealed class PrivateFolderTests
{
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybodys = UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    [Theory]
    [InlineData("000")]
    [InlineData("022")]
    public async Task Whatever_the_umask_all_of_it_is_700_and_600(string umask)
    {
        await using var server = new ServerProcess(umask: umask);
        await server.StartAsync();
        byte[] car = await (await Frame.MakeAsync(3_000_000)).CarAsync();
        (await server.Client.UploadAsync(car)).Dispose();
        var part = await server.Client.BeginAsync(car.Length);
        (await server.Client.AppendAsync(part, 0, car.AsMemory(0, 1000))).Dispose();

        var all = Entries(server.Folder);
        foreach (string name in new[] { "pins.db", "pins.db-wal", "server.lock", ".block", ".car", "index.sqlite", "index.sqlite-wal" })
            Assert.Contains(all, e => e.Name.EndsWith(name, StringComparison.Ordinal));
        Assert.DoesNotContain(all, IsAnother);

        // As a version before this one left it.
        await server.KillAsync();
        foreach (var entry in all)
            File.SetUnixFileMode(entry.Name, entry.Mode | (entry.IsFolder ? Everybodys : UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        await server.StartAsync();

        Assert.DoesNotContain(Entries(server.Folder), IsAnother);
    }

    [Fact]
    public async Task A_folder_with_other_things_in_it_is_left_as_it_is_and_told_of()
    {
        string folder = Directory.CreateTempSubdirectory("wanda-others-").FullName;
        try
        {
            string others = Path.Combine(folder, "others");
            await File.WriteAllTextAsync(others, "");
            File.SetUnixFileMode(others, Owners | UnixFileMode.OtherRead);
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | Everybodys);
            await using var server = await TestServer.StartAsync(o => o with { DataFolder = folder });

            Assert.True(server.Logged($"chmod go= {folder}"));
            Assert.Equal(Owners | UnixFileMode.OtherRead, File.GetUnixFileMode(others));
            Assert.Equal(Owners, File.GetUnixFileMode(Path.Combine(folder, "pins.db")));
            using var answer = await server.Client.GetAsync("/v0/node");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsAnother((string Name, bool IsFolder, UnixFileMode Mode) entry) =>
        entry.Mode != (entry.IsFolder ? Owners | UnixFileMode.UserExecute : Owners);

    // The token is the test's own.
    private static List<(string Name, bool IsFolder, UnixFileMode Mode)> Entries(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder)
            .Where(p => Path.GetFileName(p) != "token").Select(p => (p, Directory.Exists(p), File.GetUnixFileMode(p)))];
}
