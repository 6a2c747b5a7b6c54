using System.Diagnostics;
using System.Text.Json;

namespace Wanda.Ops.Tests.Cli;

/// <summary>The parts of a new node as processes that start at the same moment, as systemd starts them.</summary>
public sealed class FirstStartTests : IAsyncLifetime
{
    private static readonly string[] Roles = ["capture", "workers", "ops", "all", "capture", "workers", "ops", "ops"];
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-first-").FullName;
    private readonly List<Process> _processes = [];

    public Task InitializeAsync() => File.WriteAllTextAsync(Path.Combine(_folder, "wanda.json"), JsonSerializer.Serialize(new
    {
        data = Path.Combine(_folder, "data"),
        watch = new[] { new { path = Directory.CreateDirectory(Path.Combine(_folder, "in")).FullName } },
        ops = new { listen = "http://127.0.0.1:0" },
    }));

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_makes_what_is_missing_or_finds_it()
    {
        var said = Roles.Select(Start).ToList();
        foreach (var (output, role) in said.Zip(Roles))
            Assert.Contains("is up: ", await output, StringComparison.Ordinal);
        Assert.All(_processes, process => Assert.False(process.HasExited));
    }

    /// <summary>What it says until it is up, or has ended.</summary>
    private async Task<string> Start(string role)
    {
        var start = new ProcessStartInfo(WandaCommand.Executable, ["up", "--role", role, "--config", Path.Combine(_folder, "wanda.json")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment.Remove("JOURNAL_STREAM");
        var process = Process.Start(start)!;
        _processes.Add(process);
        var errors = process.StandardError.ReadToEndAsync();
        var said = $"{role}: ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said += line + "\n";
            if (line.Contains("is up: ", StringComparison.Ordinal))
                return said;
        }

        return said + await errors;
    }
}
