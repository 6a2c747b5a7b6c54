using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Benchmarks.Pipeline;

/// <summary>
/// A node's stores as they are with very many frames here: rows as they would be written one by one, and files that are there. All have the
/// same bytes, so that their files take no room. Their sessions have no rows: journals are another matter.
/// </summary>
internal static partial class ManyFrames
{
    public const string Destination = "server";

    // Of one file that many names: fewer than ext4 allows.
    private const int LinksOfOne = 50_000;

    public static async Task FillAsync(
        IServiceProvider node, int frames, bool proven, CancellationToken cancellationToken, int ofSession = 10_000)
    {
        var (catalogue, root) = (node.GetRequiredService<Catalogue>(), node.GetRequiredService<StorageRoot>());
        var (data, time) = (node.GetRequiredService<DataFolder>(), TimeProvider.System);
        var bytes = RandomNumberGenerator.GetBytes(1000);
        var place = (await catalogue.Destinations.FindAsync(Destination, cancellationToken))!.Place;
        var cid = "";
        var files = Directory.CreateDirectory(Path.Combine(root.Path, "one")).FullName;
        var (first, inode, now) = ("", 0L, time.GetUtcNow());
        var written = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var rows = new List<object>();
        for (var i = 0; i < frames; i++)
        {
            var session = new SessionName($"night-{i / ofSession}");
            if (i % ofSession == 0)
                Directory.CreateDirectory(root.FolderOf(session));

            if (i % LinksOfOne == 0)
            {
                first = Path.Combine(files, $"{i}.fits");
                await File.WriteAllBytesAsync(first, bytes, cancellationToken);
                File.SetLastWriteTimeUtc(first, written.UtcDateTime);
                inode = await InodeAsync(first, cancellationToken);
                if (i == 0)
                    cid = (await node.GetRequiredService<IIpfsNode>().AddFileAsync(first, "one", null, cancellationToken)).Root.ToString();
            }

            var path = Path.Combine(root.FolderOf(session), $"{i}.fits");
            if (Link(first, path) != 0)
                throw new IOException($"{path} cannot be linked to {first}.");
            rows.Add(new
            {
                id = CaptureId.New(time).ToString(),
                session = session.Value,
                number = i % ofSession + 1,
                name = $"{i}.fits",
                path = Path.GetRelativePath(root.Path, path),
                size = bytes.Length,
                modified = written.ToUnixTimeSeconds() * 1_000_000_000,
                inode,
                sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                cid,
                proof = Guid.CreateVersion7().ToString(),
                destination = Destination,
                place,
                now = Text(now),
                expires = Text(now.AddDays(30)),
            });
        }

        await using var db = new SqliteConnection($"Data Source={data.Catalogue};Pooling=False");
        await db.OpenAsync(cancellationToken);
        await db.ExecuteAsync("PRAGMA foreign_keys = OFF");
        await using var all = await db.BeginTransactionAsync(cancellationToken);
        await db.ExecuteAsync("""
            INSERT INTO captures (id, session, number, file_name, path, size_bytes, modified_ns, inode, sha256, format, source, taken_at,
                saved_at, clock_trusted, cid, dag_bytes, added_at, preview)
            VALUES (@id, @session, @number, @name, @path, @size, @modified, @inode, @sha256, 'Fits', 'camera', @now, @now, 1, @cid, @size,
                @now, 'Ready')
            """, rows, all);
        if (proven)
        {
            await db.ExecuteAsync("""
                INSERT INTO proofs (id, subject_kind, subject, cid, destination, failure_domain, on_this_machine, method, bytes, digest,
                    endpoint, place, proven_at, expires_at)
                VALUES (@proof, 'Capture', @id, @cid, @destination, 'community', 0, 'Possession', @size, '', '', @place, @now, @expires)
                """, rows, all);
        }

        await all.CommitAsync(cancellationToken);
    }

    private static async Task<long> InodeAsync(string file, CancellationToken cancellationToken)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", file]) { RedirectStandardOutput = true })!;
        return long.Parse(await stat.StandardOutput.ReadToEndAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string name);

    private static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
