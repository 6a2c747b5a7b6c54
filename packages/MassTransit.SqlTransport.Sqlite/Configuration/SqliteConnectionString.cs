using System.Data.Common;
using System.Numerics;

namespace MassTransit.SqlTransport.Sqlite;

/// <summary>Reads <c>Data Source=/var/lib/app/queue.db;Synchronous=Normal;Lock Timeout=10</c>, or just a path.</summary>
internal sealed record SqliteConnectionString(string Path, SqliteSynchronous Synchronous, TimeSpan LockTimeout, int PageSize)
{
    public static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(30);
    public const int DefaultPageSize = 4096;

    /// <summary>The connection string of a path, whatever characters it has.</summary>
    public static string Of(string? path) => path is null ? "" : new DbConnectionStringBuilder { ["Data Source"] = path }.ConnectionString;

    public static bool IsPageSize(int bytes) => bytes is >= 512 and <= 65536 && BitOperations.IsPow2(bytes);

    /// <exception cref="ConfigurationException">There is no path in it, or a key or value that is not known.</exception>
    public static SqliteConnectionString Parse(string connectionString)
    {
        var parsed = new SqliteConnectionString("", SqliteSynchronous.Full, DefaultLockTimeout, DefaultPageSize);
        if (!connectionString.Contains('='))
            return parsed with { Path = Required(connectionString.Trim()) };
        foreach (KeyValuePair<string, object> pair in Builder(connectionString))
        {
            var value = pair.Value.ToString()!;
            parsed = pair.Key.Replace(" ", "").ToLowerInvariant() switch
            {
                "datasource" or "filename" or "database" => parsed with { Path = value },
                "synchronous" when Enum.TryParse<SqliteSynchronous>(value, ignoreCase: true, out var synchronous) =>
                    parsed with { Synchronous = synchronous },
                "locktimeout" when int.TryParse(value, out var seconds) && seconds is > 0 and < 86400 =>
                    parsed with { LockTimeout = TimeSpan.FromSeconds(seconds) },
                "pagesize" when int.TryParse(value, out var bytes) && IsPageSize(bytes) => parsed with { PageSize = bytes },
                _ => throw new ConfigurationException(
                    $"'{pair.Key}={value}' is not understood in a SQLite connection string. Known: Data Source=PATH; "
                        + "Synchronous=Full|Sent|Normal; Lock Timeout=SECONDS; Page Size=BYTES."),
            };
        }

        return parsed with { Path = Required(parsed.Path) };
    }

    private static DbConnectionStringBuilder Builder(string connectionString)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = connectionString };
        }
        catch (ArgumentException error)
        {
            throw new ConfigurationException($"The SQLite connection string cannot be read: {error.Message}", error);
        }
    }

    private static string Required(string path) => path.Length > 0
        ? path
        : throw new ConfigurationException(
            "The path of the SQLite queue file is missing. Set SqlTransportOptions.Database, or give 'Data Source=PATH'.");
}
