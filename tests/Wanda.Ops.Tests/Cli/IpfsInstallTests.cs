using System.Text.Json;
using System.Text.Json.Nodes;
using static Wanda.Ipfs.Tests.Kubo.Install.KuboSite;

namespace Wanda.Ops.Tests.Cli;

/// <summary><c>wanda ipfs install</c>, from a site on loopback and from files.</summary>
public sealed class IpfsInstallTests : IDisposable
{
    private static readonly byte[] Kubo = Archive(("kubo/ipfs", Script));

    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-install-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Program => Path.Combine(Data, "kubo.run", "bin", "ipfs");

    public IpfsInstallTests() => Write(manage: false);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_newest_is_installed_and_it_is_said_what_comes_next()
    {
        await using var site = await StartAsync(Kubo);

        var (code, output, error) = await RunAsync("--site", site.Address.AbsoluteUri);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"Kubo 0.43.1 is installed: {Program}\nHave the node run it: ", output);
        Assert.Equal(Script, await File.ReadAllTextAsync(Program));
        Write(manage: true);
        Assert.Contains("A node that runs uses it from the daemon's next start on.",
            (await RunAsync("--site", site.Address.AbsoluteUri, "--version", "0.43.1")).Out);
        var json = JsonNode.Parse((await RunAsync("--site", site.Address.AbsoluteUri, "--json")).Out)!;
        Assert.Equal((Program, "0.43.1"), ((string?)json["path"], (string?)json["version"]));
    }

    [Fact]
    public async Task What_is_not_what_was_published_is_not_installed()
    {
        await using var site = await StartAsync(Kubo, hash: new string('0', 128));

        await FailsAsync("is not what was published: its SHA-512 is", "--site", site.Address.AbsoluteUri);
        await FailsAsync("--sha512 holds no SHA-512: 128 hex digits.", "--site", site.Address.AbsoluteUri, "--sha512", "00");
        await FailsAsync("answered 404. Is there such a version for this machine?",
            "--site", site.Address.AbsoluteUri, "--version", "0.43.9");
        await FailsAsync("is no version of Kubo. Write one as 0.43.1.", "--site", site.Address.AbsoluteUri, "--version", "newest");
    }

    [Fact]
    public async Task A_site_that_is_none_or_away_is_told()
    {
        using var closed = new HeldPort();

        await FailsAsync("cannot be reached. Is this machine on the internet?", "--site", $"http://127.0.0.1:{closed.Number}/");
        await FailsAsync("'dist.ipfs.tech' is no address. Write it whole, as https://dist.ipfs.tech.", "--site", "dist.ipfs.tech");
    }

    [Fact]
    public async Task A_site_may_lie_below_a_path_whether_that_ends_with_a_slash_or_not()
    {
        await using var site = await StartAsync(Kubo);

        await FailsAsync($"{site.Address.AbsoluteUri}mirror/kubo/versions answered 404", "--site", $"{site.Address.AbsoluteUri}mirror");
    }

    [Fact]
    public async Task An_archive_that_lies_here_is_installed_when_its_hash_is_right()
    {
        var archive = Path.Combine(_folder, "kubo.tar.gz");
        await FailsAsync($"{archive} is not there.", "--from", archive);
        await File.WriteAllBytesAsync(archive, Kubo);
        await FailsAsync($"{archive}.sha512 is not there. Put it beside the archive", "--from", archive);
        await FailsAsync("is not what was published", "--from", archive, "--sha512", new string('a', 128));

        Assert.Equal(0, (await RunAsync("--from", archive, "--sha512", Hash(Kubo))).Code);

        Assert.Equal(Script, await File.ReadAllTextAsync(Program));
    }

    [Fact]
    public async Task One_that_is_too_old_is_not_installed_and_what_was_there_stays()
    {
        var (archive, old) = (Path.Combine(_folder, "kubo.tar.gz"),
            Archive(("kubo/ipfs", Script.Replace("0.43.1", "0.42.0", StringComparison.Ordinal))));
        Directory.CreateDirectory(Path.GetDirectoryName(Program)!);
        await File.WriteAllTextAsync(Program, "what was there");
        await File.WriteAllBytesAsync(archive, old);

        var (code, _, error) = await RunAsync("--from", archive, "--sha512", Hash(old));

        Assert.Equal(1, code);
        Assert.Contains("0.43 or newer is needed", error);
        Assert.Equal("what was there", await File.ReadAllTextAsync(Program));
    }

    private void Write(bool manage) => File.WriteAllText(
        Path.Combine(_folder, "wanda.json"), JsonSerializer.Serialize(new { data = Data, ipfs = new { kubo = new { manage } } }));

    private async Task FailsAsync(string said, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("wanda: ", error);
        Assert.Contains(said, error);
        Assert.DoesNotContain("This should not happen", error);
        Assert.False(File.Exists(Program));
    }

    private Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) =>
        WandaCommand.RunHereAsync(["ipfs", "install", .. arguments, "--config", Path.Combine(_folder, "wanda.json")]);
}
