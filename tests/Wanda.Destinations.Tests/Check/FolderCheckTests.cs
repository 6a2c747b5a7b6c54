using Wanda.Hosting;

namespace Wanda.Destinations.Tests.Check;

public sealed class FolderCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-check-").FullName;

    private WandaOptions Node => new()
    {
        Node = "dome",
        Destinations = [new DestinationOptions { Name = "nas", Kind = "folder", Path = _folder, FailureDomain = "nas" }],
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_that_is_not_prepared_is_broken_and_nothing_is_written()
    {
        var report = await CheckAsync();

        Assert.Equal("folder", report.Broken!.Name);
        Assert.Contains("wanda destination init", report.Broken.Saw);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_file_goes_there_and_back_and_nothing_of_it_is_left()
    {
        await DestinationSetup.PrepareAsync(Node, "nas", null, TimeProvider.System, default);
        var before = Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Order().ToList();

        var report = await CheckAsync();

        Assert.Null(report.Broken);
        Assert.Equal(["folder", "block there", "block back", "unpin"], report.Steps.Select(s => s.Name));
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Order());
        // It is on this machine's disk.
        Assert.Equal(CheckOutcome.Warning, report.Steps[0].Outcome);
    }

    [Fact]
    public async Task A_destination_that_there_is_not_is_refused_with_those_that_there_are()
    {
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(
            () => DestinationCheck.RunAsync(Node, "nsa", TimeProvider.System, default));

        Assert.Contains("nas", refusal.Message);
    }

    private Task<DestinationReport> CheckAsync() => DestinationCheck.RunAsync(Node, "nas", TimeProvider.System, default);
}
