using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>Opens <c>pins.db</c>, for the server or for its operator.</summary>
internal static class ServerDatabase
{
    public static string PathIn(string folder) => Path.Combine(folder, "pins.db");

    public static async Task<SqliteFile> OpenAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new SqliteFileOptions { Path = PathIn(folder), ApplicationId = ServerSchema.ApplicationId };
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
}
