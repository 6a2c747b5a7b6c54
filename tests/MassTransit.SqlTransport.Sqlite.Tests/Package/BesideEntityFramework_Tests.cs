namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

/// <summary>
/// The package in an application that also keeps tables with Entity Framework: it restores without a warning, and one SQLite serves both,
/// the one that comes with the package.
/// </summary>
public sealed class BesideEntityFramework_Tests : IDisposable
{
    private const string Package = "MassTransit.SqlTransport.Sqlite";
    private readonly string _version = $"0.0.0-test-{Guid.NewGuid():N}";
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        if (Directory.Exists(Cached))
            Directory.Delete(Cached, recursive: true);
    }

    // NuGet keeps what it has installed once.
    private string Cached => Path.Combine(Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        Package.ToLowerInvariant(), _version);

    [SkippableTheory]
    [InlineData("8.0.34")]
    [InlineData("9.0.23")]
    [InlineData("10.0.15")]
    public async Task One_library_serves_the_bus_and_entity_framework(string entityFramework)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux tells what a process has mapped.");
        await Packed.IntoAsync(_folder.Path, _version);
        foreach (var file in Directory.GetFiles(
            Path.Combine(Repository.Root, "tests", $"{Package}.Tests", "Package/BesideEntityFramework")))
        {
            // all end in .txt: they are no part of this repository's build
            File.Copy(file, _folder.File(Path.GetFileNameWithoutExtension(file)));
        }

        await File.WriteAllTextAsync(_folder.File("nuget.config"),
            $"""<configuration><packageSources><add key="packed" value="{_folder.Path}" /></packageSources></configuration>""");
        await Packed.DotnetAsync(_folder.Path, ["build", "-v", "q", "-o", _folder.File("out"), $"-p:TransportVersion={_version}",
            $"-p:EntityFrameworkVersion={entityFramework}"]);

        var data = Directory.CreateDirectory(_folder.File("data")).FullName;
        var said = (await Packed.DotnetAsync(_folder.Path, [_folder.File("out/app.dll"), data])).Split('\n',
            StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains("frames: before the bus, from the bus", said);
        var library = Assert.Single(said, line => line.StartsWith("library: ", StringComparison.Ordinal));
        Assert.EndsWith("/native/libe_sqlite3.so", library, StringComparison.Ordinal);
        Assert.Contains("health: Healthy", said);
    }
}
