using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>Opens <c>pins.db</c>, for the server or for its operator.</summary>
internal static class ServerDatabase
{
    public static string PathIn(string folder) => Path.Combine(folder, "pins.db");

    public static async Task<SqliteFile> OpenAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new SqliteFileOptions
        {
            Path = PathIn(folder),
            ApplicationId = ServerSchema.ApplicationId,
            Opened = connection => connection.CreateFunction<string?, string?>("fold", Fold, isDeterministic: true),
        };
        var file = await SqliteFile.OpenAsync(options, time, cancellationToken);
        try
        {
            await file.MigrateAsync(ServerSchema.Migrations, cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    // SQLite's lower() knows ASCII only. Up and down again is one for letters that have three forms, as the Greek sigma.
    private static string? Fold(string? text) => text?.ToUpperInvariant().ToLowerInvariant();
}
