using System.Diagnostics;

namespace Wanda.Ops.Tests.Cli;

/// <summary>A demo that cannot run says what is the matter, and not where to look for it.</summary>
public sealed class DemoFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_second_one_on_the_same_folder_is_told_where_the_first_is()
    {
        var demo = Path.Combine(_folder, "demo");
        using var first = Process.Start(new ProcessStartInfo(
            WandaCommand.Executable, ["demo", "--data", demo, "--frames", "1", "--listen", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var ended = Task.WhenAll(first.StandardOutput.ReadToEndAsync(), first.StandardError.ReadToEndAsync());
            await Eventually.HoldsAsync(() => Task.FromResult(File.Exists(Path.Combine(demo, "wanda.json"))), "the first demo to run");
            var second = await RunAsync(demo);
            Assert.Equal(1, second.Code);
            Assert.StartsWith($"wanda: A demo runs in {demo} already, with its console at http://127.0.0.1:", second.Error);
            Assert.Contains("--data DIR", second.Error);
        }
        finally
        {
            first.Kill(entireProcessTree: true);
            await first.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task One_whose_server_cannot_start_says_why()
    {
        var demo = Path.Combine(_folder, "demo");
        Directory.CreateDirectory(demo);
        await File.WriteAllTextAsync(Path.Combine(demo, ".wanda-demo"), "");
        await File.WriteAllTextAsync(Path.Combine(demo, "pinning-server"), "no folder");
        var told = await RunAsync(demo);
        Assert.Equal(1, told.Code);
        Assert.StartsWith("wanda: The pinning server did not start: ", told.Error);
        Assert.Contains(Path.Combine(demo, "pinning-server"), told.Error);
        Assert.DoesNotContain("ended with code", told.Error);
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_left_alone()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "m42.fits"), "");
        var told = await RunAsync(_folder);
        Assert.Equal(1, told.Code);
        Assert.Contains("is not empty and no demo's folder", told.Error);
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    private Task<(int Code, string Out, string Error)> RunAsync(string demo) => WandaCommand.RunAsync(
        _folder, "demo", "--data", demo, "--frames", "1", "--listen", "http://127.0.0.1:0", "--exit-when-settled", "--timeout", "20");
}
