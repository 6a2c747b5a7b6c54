using System.Diagnostics;
using System.IO.Compression;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

public sealed class Pack_Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_package_holds_what_a_user_needs_and_its_symbols_lie_beside_it()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var start = new ProcessStartInfo("dotnet",
            ["pack", Path.Combine(Repository.Root, "packages/MassTransit.SqlTransport.Sqlite"), "--no-build", "-c", configuration, "-o", _folder.Path])
        {
            RedirectStandardOutput = true,
        };
        using var pack = Process.Start(start)!;
        var said = await pack.StandardOutput.ReadToEndAsync();
        await pack.WaitForExitAsync();
        Assert.True(pack.ExitCode == 0, said);

        using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_folder.Path, "*.nupkg")));
        string[] needed =
        [
            "README.md", "CHANGELOG.md", "lib/net10.0/MassTransit.SqlTransport.Sqlite.dll", "lib/net10.0/MassTransit.SqlTransport.Sqlite.xml",
            "docs/looking-after-the-file.md", "docs/with-masstransit.md",
        ];
        Assert.Empty(needed.Except(package.Entries.Select(e => e.FullName)));
        using var nuspec = new StreamReader(package.GetEntry("MassTransit.SqlTransport.Sqlite.nuspec")!.Open());
        var manifest = await nuspec.ReadToEndAsync();
        Assert.All(["<readme>README.md</readme>", "Apache-2.0</license>", "id=\"MassTransit\"", "<releaseNotes>"], text => Assert.Contains(text, manifest, StringComparison.Ordinal));

        using var symbols = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_folder.Path, "*.snupkg")));
        Assert.Contains(symbols.Entries, e => e.FullName == "lib/net10.0/MassTransit.SqlTransport.Sqlite.pdb");
    }
}
