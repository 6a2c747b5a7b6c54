using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Configuration;

/// <summary>MassTransit's migration service on a SQLite file.</summary>
public sealed class Migration_Specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public Migration_Specs() => _path = _folder.File("q.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_file_is_made_at_the_start_and_kept_at_the_stop()
    {
        await RunAsync(services => services.AddSqliteMigrationHostedService());
        var size = new FileInfo(_path).Length;
        Assert.True(size > 0);
        await RunAsync(services => services.AddSqliteMigrationHostedService(options => options.CreateDatabase = false));
        Assert.Equal(size, new FileInfo(_path).Length);
    }

    [Fact]
    public async Task The_file_is_deleted_at_the_stop_when_that_is_asked_for_and_only_its_own()
    {
        await File.WriteAllTextAsync(_folder.File("q.db.backup"), "somebody's");
        await RunAsync(services => services.AddSqliteMigrationHostedService(create: true, delete: true));
        Assert.Equal([_folder.File("q.db.backup")], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_stops_the_start_and_is_left_as_it_is()
    {
        await RunAsync(services => services.AddSqliteMigrationHostedService());
        await using (var file = await SqliteFile.OpenAsync(new() { Path = _path }, TimeProvider.System, default))
            await file.WriteAsync(c => ((SqliteFileConnection)c).Run("PRAGMA user_version = 999"), default);
        var before = await File.ReadAllBytesAsync(_path);
        var error = await Assert.ThrowsAsync<SqliteTransportException>(
            () => RunAsync(services => services.AddSqliteMigrationHostedService()));
        Assert.Equal(SqliteTransportFailure.NewerSchema, error.Failure);
        Assert.Contains("999", error.Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(_path));
    }

    [Fact]
    public async Task A_start_without_the_folder_fails_and_names_it()
    {
        var error = await Assert.ThrowsAsync<SqliteTransportException>(() =>
            RunAsync(services => services.AddSqliteMigrationHostedService(), _folder.File("missing/q.db")));
        Assert.Equal(SqliteTransportFailure.FolderMissing, error.Failure);
    }

    private async Task RunAsync(Action<IServiceCollection> register, string? path = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddOptions<SqlTransportOptions>().Configure(options => options.Database = path ?? _path);
        register(builder.Services);
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
    }
}
