using System.Formats.Tar;
using System.IO.Compression;
using Wanda.Ipfs.Tests.Support;
using static Wanda.Ipfs.Tests.Kubo.Install.KuboSite;

namespace Wanda.Ipfs.Tests.Kubo.Install;

/// <summary>Installing from a site on loopback that does what sites, lines and strangers do.</summary>
public sealed class KuboInstallerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Program => Path.Combine(_folder.Path, "bin", "ipfs");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_newest_is_fetched_and_runs()
    {
        byte[] archive = Archive(("kubo/LICENSE", "MIT"), ("kubo/ipfs", Script), ("kubo/install.sh", "#!/bin/sh"));
        await using var site = await StartAsync(archive, versions: "v0.9.0\nv0.43.1\nv0.44.0-rc1\n");

        var program = await Installer(site).FetchAsync(null);

        Assert.Equal((Program, "0.43.1", 18), (program.Path, program.Text, program.Repository));
        Assert.Equal(Script, File.ReadAllText(Program));
        Assert.Equal(["ipfs"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Program)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_wrong_hash_installs_nothing_and_leaves_what_was_there()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Program)!);
        File.WriteAllText(Program, "older");
        await using var site = await StartAsync(Archive(("kubo/ipfs", Script)), hash: new string('0', 128));

        var refused = await RefusedAsync(Installer(site).FetchAsync(Release));

        Assert.Contains("SHA-512", refused, StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(Program));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Program)!));
    }

    [Fact]
    public async Task The_operators_hash_wins_over_the_sites()
    {
        byte[] archive = Archive(("kubo/ipfs", Script));
        await using var site = await StartAsync(archive);

        Assert.Contains("SHA-512", await RefusedAsync(Installer(site).FetchAsync(Release, new string('1', 128))), StringComparison.Ordinal);
        Assert.Equal("0.43.1", (await Installer(site).FetchAsync(Release, Hash(archive).ToUpperInvariant())).Text);
    }

    [Fact]
    public async Task A_line_that_breaks_off()
    {
        byte[] archive = Archive(("kubo/ipfs", Script));
        await using var site = await StartAsync(archive, answer: async context =>
        {
            context.Response.ContentLength = archive.Length;
            // Ended before its length: aborted, it could take the head along.
            await context.Response.Body.WriteAsync(archive.AsMemory(0, archive.Length / 2));
        });

        Assert.Contains("broke off", await RefusedAsync(Installer(site).FetchAsync(Release)), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Program)!));
    }

    [Fact]
    public async Task A_line_that_falls_silent()
    {
        byte[] archive = Archive(("kubo/ipfs", Script));
        await using var site = await StartAsync(archive, answer: async context =>
        {
            await context.Response.Body.WriteAsync(archive.AsMemory(0, 10));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        var installer = Installer(site, o => o with { Patience = TimeSpan.FromSeconds(1) });
        Assert.Contains("broke off", await RefusedAsync(installer.FetchAsync(Release)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_archive_is_seen_by_its_hash()
    {
        byte[] archive = Archive(("kubo/ipfs", Script));
        await using var site = await StartAsync(archive[..^20], hash: Hash(archive));

        Assert.Contains("SHA-512", await RefusedAsync(Installer(site).FetchAsync(Release)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        byte[] archive = Archive(("kubo/ipfs", Script));
        await using var elsewhere = await StartAsync(archive);
        await using var site = await StartAsync(archive, answer: context =>
        {
            context.Response.Redirect(new Uri(elsewhere.Address, ArchivePath).AbsoluteUri);
            return Task.CompletedTask;
        });

        Assert.Contains("redirects (302)", await RefusedAsync(Installer(site).FetchAsync(Release)), StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("../ipfs")]
    [InlineData("kubo/../../ipfs")]
    [InlineData("/tmp/ipfs")]
    public async Task A_name_that_leads_out_of_the_archive(string name)
    {
        byte[] archive = Archive(("kubo/ipfs", Script), (name, "evil"));
        await using var site = await StartAsync(archive);

        Assert.Contains("leads out of it", await RefusedAsync(Installer(site).FetchAsync(Release)), StringComparison.Ordinal);
        Assert.False(File.Exists(Program));
        Assert.Equal(["bin"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_link_in_the_programs_place()
    {
        var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Ustar))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "kubo/ipfs") { LinkName = "/bin/sh" });
        await using var site = await StartAsync(stream.ToArray());

        Assert.Contains("no program", await RefusedAsync(Installer(site).FetchAsync(Release)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_large()
    {
        byte[] archive = Archive(("kubo/ipfs", Script + new string('#', 100_000)));
        await using var site = await StartAsync(archive);

        Assert.Contains("larger", await RefusedAsync(Installer(site, o => o with { MaxArchiveBytes = 100 }).FetchAsync(Release)),
            StringComparison.Ordinal);
        Assert.Contains("larger", await RefusedAsync(Installer(site, o => o with { MaxProgramBytes = 100 }).FetchAsync(Release)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no archive at all")]
    [InlineData("")]
    public async Task What_is_no_archive(string bytes)
    {
        await using var site = await StartAsync(System.Text.Encoding.UTF8.GetBytes(bytes));

        Assert.Contains("nothing was installed", await RefusedAsync(Installer(site).FetchAsync(Release)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_version_is_not_installed()
    {
        byte[] archive = Archive(("kubo/ipfs", Script.Replace("0.43.1", "0.42.0", StringComparison.Ordinal)));
        await using var site = await StartAsync(archive);

        Assert.Contains("0.43 or newer", await RefusedAsync(Installer(site).FetchAsync(Release)), StringComparison.Ordinal);
        Assert.False(File.Exists(Program));
    }

    [Fact]
    public async Task There_is_no_such_version()
    {
        await using var site = await StandIn.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        Assert.Contains("answered 404", await RefusedAsync(Installer(site).FetchAsync("9.9.9")), StringComparison.Ordinal);
        Assert.Contains("is no version", await RefusedAsync(Installer(site).FetchAsync("../../x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_wants_its_hash_beside_it_or_by_word()
    {
        byte[] archive = Archive(("kubo/ipfs", Script));
        string file = _folder.File("kubo_v0.43.1_linux-amd64.tar.gz", archive);
        var installer = new KuboInstaller(new() { Program = Program });

        Assert.Contains("--sha512", await RefusedAsync(installer.FromAsync(file)), StringComparison.Ordinal);
        Assert.Equal("0.43.1", (await installer.FromAsync(file, Hash(archive))).Text);
        File.WriteAllText(file + ".sha512", $"{Hash(archive)}  {Path.GetFileName(file)}\n");
        Assert.Equal("0.43.1", (await installer.FromAsync(file)).Text);
        File.WriteAllText(file + ".sha512", "a page that says sorry");
        Assert.Contains("128 hex digits", await RefusedAsync(installer.FromAsync(file)), StringComparison.Ordinal);
    }

    private KuboInstaller Installer(StandIn site, Func<KuboInstallerOptions, KuboInstallerOptions>? change = null)
    {
        var options = new KuboInstallerOptions { Program = Program, Site = site.Address };
        return new(change?.Invoke(options) ?? options);
    }

    private static async Task<string> RefusedAsync(Task<KuboProgram> install) =>
        (await Assert.ThrowsAsync<KuboTroubleException>(() => install)).Message;
}
