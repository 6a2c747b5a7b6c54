using System.Diagnostics;
using System.Globalization;

namespace Wanda.Interop.Tests.Machines;

/// <summary>
/// A machine that does not tell that it is this one: a network of its own, and a file over its kernel's id. Programs run on it until it is
/// disposed.
/// </summary>
internal sealed class LoneMachine : IAsyncDisposable
{
    private readonly Process _process;

    private LoneMachine(Process process) => _process = process;

    /// <param name="network">Its network.</param>
    /// <param name="bootId">The file with its kernel's id; made where it is not there.</param>
    /// <param name="mounts">What is mounted there besides, as a shell writes it.</param>
    public static async Task<LoneMachine> StartAsync(NetworkNamespace network, string bootId, params string[] mounts)
    {
        if (!File.Exists(bootId))
            await File.WriteAllTextAsync(bootId, $"{Guid.NewGuid()}\n");
        var lines = mounts.Append($"mount --bind {bootId} /proc/sys/kernel/random/boot_id").Append("echo up").Append("exec sleep infinity");
        var process = Process.Start(new ProcessStartInfo("ip",
        [
            "netns", "exec", network.Name, "unshare", "-m", "--propagation", "private", "sh", "-c", string.Join(" && ", lines),
        ])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("up", await process.StandardOutput.ReadLineAsync());
        return new(process);
    }

    /// <summary>A program on it.</summary>
    public ProcessStartInfo On(string program, params string[] arguments) => new("nsenter",
        ["-t", _process.Id.ToString(CultureInfo.InvariantCulture), "-n", "-m", "--", program, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
