using System.Diagnostics;

namespace Wanda.Interop.Tests;

/// <summary>Debian's browser without a window, for a page that says by itself what it saw.</summary>
internal static class Chromium
{
    private const string Program = "/usr/bin/chromium";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Shows a page until it has told its result.</summary>
    public static async Task<string> BrowseAsync(string address, Task<string> result)
    {
        Assert.True(File.Exists(Program), $"{Program} is missing; install it: apt-get install -y --no-install-recommends chromium");
        string profile = Directory.CreateTempSubdirectory("wanda-chromium-").FullName;
        using var process = Process.Start(new ProcessStartInfo(Program,
        [
            "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", $"--user-data-dir={profile}", "--remote-debugging-port=0", address,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            return await result.WaitAsync(Patience);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            await output;
            Directory.Delete(profile, recursive: true);
        }
    }
}
