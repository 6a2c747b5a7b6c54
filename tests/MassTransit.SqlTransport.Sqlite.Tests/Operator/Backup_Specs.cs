using System.Diagnostics;
using MassTransit.SqlTransport.Sqlite.Tests.Package;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Operator;

/// <summary>The recipes of <c>docs/looking-after-the-file.md</c>, beside a bus that sends and consumes.</summary>
public sealed class Backup_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly string _backup;

    public Backup_Specs() => (_path, _backup) = (_folder.File("q.db"), _folder.File("backup.db"));

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("program")]
    [InlineData("shell")]
    public async Task A_backup_beside_load_is_whole_has_all_that_was_acknowledged_before_and_runs(string how)
    {
        Skip.If(how == "shell" && !HasShell(), "The sqlite3 shell is not installed.");
        int before;
        await using (var bus = await StartAsync(_path))
        {
            await bus.Queues.PauseAsync("kept", "to be counted");
            using var stop = new CancellationTokenSource();
            var acknowledged = 0;
            var load = Task.Run(async () =>
            {
                for (var n = 0; !stop.IsCancellationRequested; n++)
                {
                    await bus.Bus.Publish(new Ping(n));
                    Volatile.Write(ref acknowledged, n + 1);
                }
            });
            await Wait.Until(() => Volatile.Read(ref acknowledged) > 100, "load");
            before = Volatile.Read(ref acknowledged);
            if (how == "program")
                await DocsSample.BackUpAsync(_path, _backup, default);
            else
                await ShellAsync($"VACUUM INTO '{_backup}'");
            var during = Volatile.Read(ref acknowledged);
            await Wait.Until(() => Volatile.Read(ref acknowledged) > during, "the load to go on");
            await stop.CancelAsync();
            await load;
        }

        Assert.Equal("ok", await IntegrityAsync());
        Assert.False(File.Exists(_backup + "-wal"));
        await using var restored = await StartAsync(_backup);
        var kept = (int)(await restored.Queues.FindAsync("kept"))!.Ready;
        Assert.True(kept >= before, $"{before} were acknowledged before, {kept} are in the backup");
        await restored.Queues.ResumeAsync("kept");
        var inbox = restored.Services.GetRequiredService<Inbox>();
        await Wait.Until(() => inbox.Of<int>().Count == kept, "what the backup holds");
        Assert.Equal(Enumerable.Range(0, kept), inbox.Of<int>().Order());
    }

    // Two queues get every message: one consumes beside the backup, one keeps them.
    private static Task<TestBus> StartAsync(string path) => TestBus.StartAsync(path, endpoints: (context, cfg) =>
    {
        cfg.ReceiveEndpoint("quick", e => e.Handler<Ping>(_ => Task.CompletedTask));
        cfg.ReceiveEndpoint("kept", e => e.Handler<Ping>(m =>
        {
            context.GetRequiredService<Inbox>().Add(m.Message.Number);
            return Task.CompletedTask;
        }));
    });

    private async Task<string?> IntegrityAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={_backup};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string?)await command.ExecuteScalarAsync();
    }

    private async Task ShellAsync(string sql)
    {
        using var shell = Process.Start(new ProcessStartInfo("sqlite3", ["-readonly", _path, sql]) { RedirectStandardError = true })!;
        var said = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, said);
    }

    private static bool HasShell() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, "sqlite3")));
}
