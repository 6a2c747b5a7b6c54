using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// All SQL of the block store: who pins what, and which pieces of which files serve as blocks. Blocks themselves are files.
/// </summary>
internal sealed class StoreIndex : IAsyncDisposable
{
    private const string Schema = """
        CREATE TABLE pins (
            id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, so a collector sees what is new since it looked
            owner TEXT NOT NULL,
            cid BLOB NOT NULL,
            mode INTEGER NOT NULL,
            created INTEGER NOT NULL, -- milliseconds since 1970
            UNIQUE (owner, cid));
        CREATE INDEX pins_by_cid ON pins (cid);
        CREATE TABLE files (
            id INTEGER PRIMARY KEY,
            owner TEXT NOT NULL,
            path TEXT NOT NULL,
            root BLOB NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            chunk INTEGER NOT NULL,
            wrapped INTEGER NOT NULL,
            UNIQUE (owner, path));
        CREATE TABLE leaves (
            file INTEGER NOT NULL REFERENCES files (id),
            number INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (file, number)) WITHOUT ROWID;
        CREATE INDEX leaves_by_hash ON leaves (hash);
        """;

    // What a pin keeps, known when it was stated: without it a DAG that lost an inner block could not be followed, and nobody's garbage
    // could be told from what is below the gap. The notes let an owner whose own records are lost know its claims again.
    private const string Lists = """
        ALTER TABLE pins ADD COLUMN blocks BLOB; -- CIDs end to end; null: followed at each collection
        CREATE TABLE notes (
            owner TEXT PRIMARY KEY,
            note TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """;

    private const int ApplicationId = 0x57495046; // "WIPF"

    private readonly SqliteFile _file;

    private StoreIndex(SqliteFile file) => _file = file;

    /// <summary>What a Kubo daemon was given of this store's pins.</summary>
    public MirrorLedger Mirror => new(_file);

    public static async Task<StoreIndex> OpenAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        // FULL: a pin that was acknowledged must survive a power cut (law 1, "saved is saved").
        var options = new SqliteFileOptions { Path = path, SynchronousFull = true, ApplicationId = ApplicationId };
        var index = new StoreIndex(await SqliteFile.OpenAsync(options, time, cancellationToken).ConfigureAwait(false));
        try
        {
            await index._file.MigrateAsync([Schema, MirrorLedger.Schema, Lists], cancellationToken).ConfigureAwait(false);
            return index;
        }
        catch
        {
            await index.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Files, pins and notes in one transaction.</summary>
    public Task SaveAsync(IReadOnlyList<(FileReference File, Cid Root, byte[] Leaves)> files,
        IReadOnlyList<(Pin Pin, CidList? Blocks)> pins, IReadOnlyList<(string Owner, string Note)> notes, bool durable,
        CancellationToken cancellationToken)
    {
        return durable ? _file.WriteAsync(Save, cancellationToken) : _file.WriteRelaxedAsync(Save, cancellationToken);

        bool Save(SqliteConnection connection)
        {
            foreach (var (reference, root, leaves) in files)
                SaveFile(connection, reference, root, leaves);
            foreach (var (pin, blocks) in pins)
            {
                connection.Statement("INSERT OR REPLACE INTO pins (owner, cid, mode, created, blocks) VALUES (?, ?, ?, ?, ?)")
                    .Bind(1, pin.Owner).Bind(2, pin.Cid.Bytes).Bind(3, (long)pin.Mode).Bind(4, pin.Created.ToUnixTimeMilliseconds())
                    .Bind(5, blocks?.Bytes).Execute();
            }

            foreach (var (owner, note) in notes)
                connection.Statement("INSERT OR REPLACE INTO notes (owner, note) VALUES (?, ?)").Bind(1, owner).Bind(2, note).Execute();

            return true;
        }
    }

    /// <summary>Drops every pin and reference of an owner.</summary>
    public Task<int> RemoveAsync(string owner, CancellationToken cancellationToken) => _file.WriteAsync(connection =>
    {
        connection.Statement("DELETE FROM leaves WHERE file IN (SELECT id FROM files WHERE owner = ?)").Bind(1, owner).Execute();
        connection.Statement("DELETE FROM files WHERE owner = ?").Bind(1, owner).Execute();
        connection.Statement("DELETE FROM notes WHERE owner = ?").Bind(1, owner).Execute();
        return connection.Statement("DELETE FROM pins WHERE owner = ?").Bind(1, owner).Execute();
    }, cancellationToken);

    /// <summary>Drops one pin of an owner; its references stay.</summary>
    public Task<int> RemoveAsync(string owner, Cid cid, CancellationToken cancellationToken) => _file.WriteAsync(
        connection => connection.Statement("DELETE FROM pins WHERE owner = ? AND cid = ?").Bind(1, owner).Bind(2, cid.Bytes).Execute(),
        cancellationToken);

    public Task<List<(long Id, Pin Pin)>> PinsAsync(long afterId, string? owner, Cid? cid, CancellationToken cancellationToken) =>
        _file.ReadAsync(connection =>
        {
            var rows = connection.Statement($"SELECT id, owner, cid, mode, created FROM pins WHERE {(owner, cid) switch
            {
                (null, null) => "id > ?1",
                (_, null) => "id > ?1 AND owner = ?2",
                (null, _) => "id > ?1 AND cid = ?3",
                _ => "id > ?1 AND owner = ?2 AND cid = ?3",
            }} ORDER BY id").Bind(1, afterId);
            if (owner is not null)
                rows.Bind(2, owner);
            if (cid is { } wanted)
                rows.Bind(3, wanted.Bytes);
            var pins = new List<(long, Pin)>();
            while (rows.Step())
            {
                pins.Add(
                    (rows.Int64(0), new(rows.Text(1)!, Cid.FromBytes(rows.Blob(2)), (PinMode)rows.Int32(3),
                        DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(4)))));
            }

            return pins;
        }, cancellationToken);

    /// <summary>What a pin keeps; null when no list came with it.</summary>
    public Task<CidList?> BlocksAsync(long id, CancellationToken cancellationToken) => _file.ReadAsync(connection =>
    {
        var row = connection.Statement("SELECT blocks FROM pins WHERE id = ?").Bind(1, id);
        var blocks = row.Step() && !row.IsNull(0) ? new CidList(row.Blob(0).ToArray()) : null;
        row.Reset();
        return blocks;
    }, cancellationToken);

    public Task<IReadOnlyDictionary<string, bool>> OwnersAsync(CancellationToken cancellationToken) => _file.ReadAsync(connection =>
    {
        var owners = new Dictionary<string, bool>(StringComparer.Ordinal);
        var rows = connection.Statement("""
            SELECT DISTINCT owner, EXISTS (SELECT 1 FROM notes n WHERE n.owner = p.owner) FROM pins p
            UNION SELECT owner, 1 FROM notes
            """);
        while (rows.Step())
            owners.Add(rows.Text(0)!, rows.Int32(1) == 1);
        return (IReadOnlyDictionary<string, bool>)owners;
    }, cancellationToken);

    public Task<string?> NoteAsync(string owner, CancellationToken cancellationToken) => _file.ReadAsync(connection =>
    {
        var row = connection.Statement("SELECT note FROM notes WHERE owner = ?").Bind(1, owner);
        string? note = row.Step() ? row.Text(0) : null;
        row.Reset();
        return note;
    }, cancellationToken);

    public Task<IReadOnlyList<Cid>> ListedAsync(string owner, CancellationToken cancellationToken) => _file.ReadAsync(connection =>
    {
        var listed = new List<Cid>();
        var rows = connection.Statement("SELECT cid, blocks FROM pins WHERE owner = ? ORDER BY id").Bind(1, owner);
        while (rows.Step())
            listed.AddRange(rows.IsNull(1) ? [Cid.FromBytes(rows.Blob(0))] : new CidList(rows.Blob(1).ToArray()));
        return (IReadOnlyList<Cid>)listed;
    }, cancellationToken);

    /// <summary>Every place of a leaf in a file.</summary>
    public Task<List<(FileReference File, int Leaf)>> FindAsync(Multihash hash, CancellationToken cancellationToken) =>
        _file.ReadAsync(connection =>
        {
            if (hash.Function != HashFunction.Sha256)
                return [];
            var rows = connection.Statement("""
                SELECT f.owner, f.path, f.size, f.modified, f.inode, f.chunk, f.wrapped, l.number
                FROM leaves l JOIN files f ON f.id = l.file WHERE l.hash = ? ORDER BY f.id DESC
                """).Bind(1, hash.Digest);
            var places = new List<(FileReference, int)>();
            while (rows.Step())
                places.Add((File(rows), rows.Int32(7)));
            return places;
        }, cancellationToken);

    /// <summary>Every file with the digests of its leaves, for verification.</summary>
    public Task<List<(FileReference File, byte[] Leaves)>> FilesAsync(CancellationToken cancellationToken) => _file.ReadAsync(connection =>
    {
        var rows = connection.Statement("""
            SELECT f.owner, f.path, f.size, f.modified, f.inode, f.chunk, f.wrapped, l.number, l.hash
            FROM files f JOIN leaves l ON l.file = f.id ORDER BY f.id, l.number
            """);
        var files = new List<(FileReference, List<byte> Leaves)>();
        while (rows.Step())
        {
            if (rows.Int32(7) == 0)
                files.Add((File(rows), []));
            files[^1].Leaves.AddRange(rows.Blob(8));
        }

        return files.ConvertAll(f => (f.Item1, f.Leaves.ToArray()));
    }, cancellationToken);

    /// <summary>Every file with the root that it gave.</summary>
    public Task<List<(FileReference File, Cid Root)>> RootsAsync(CancellationToken cancellationToken) => _file.ReadAsync(connection =>
    {
        var rows = connection.Statement("SELECT owner, path, size, modified, inode, chunk, wrapped, root FROM files ORDER BY id");
        var files = new List<(FileReference, Cid)>();
        while (rows.Step())
            files.Add((File(rows), Cid.FromBytes(rows.Blob(7))));
        return files;
    }, cancellationToken);

    /// <summary>Gives a reference another path. Where the owner has one of that path too, the old one goes.</summary>
    public Task MoveFileAsync(FileReference file, string to, CancellationToken cancellationToken) => _file.WriteAsync(connection =>
    {
        connection.Statement("UPDATE OR IGNORE files SET path = ?3 WHERE owner = ?1 AND path = ?2")
            .Bind(1, file.Owner).Bind(2, file.Path).Bind(3, to).Execute();
        RemoveReference(connection, file);
    }, cancellationToken);

    public Task<(long Pins, long Files, long Bytes)> CountAsync(CancellationToken cancellationToken) => _file.ReadAsync(connection =>
    {
        var row = connection.Statement("SELECT (SELECT count(*) FROM pins), count(*), coalesce(sum(size), 0) FROM files");
        row.Step();
        var counts = (row.Int64(0), row.Int64(1), row.Int64(2));
        row.Reset();
        return counts;
    }, cancellationToken);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static FileReference File(SqliteStatement row) =>
        new(row.Text(0)!, row.Text(1)!, new(row.Int64(2), row.Int64(3), row.Int64(4)), row.Int32(5), row.Int32(6) != 0);

    private static void SaveFile(SqliteConnection connection, FileReference file, Cid root, byte[] leaves)
    {
        RemoveFile(connection, file, root);
        connection.Statement("INSERT INTO files (owner, path, root, size, modified, inode, chunk, wrapped) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(1, file.Owner).Bind(2, file.Path).Bind(3, root.Bytes).Bind(4, file.Stamp.SizeBytes).Bind(5, file.Stamp.ModifiedNs)
            .Bind(6, file.Stamp.Inode).Bind(7, file.ChunkSize).Bind(8, file.Wrapped ? 1 : 0L).Execute();
        var inserted = connection.Statement("SELECT last_insert_rowid()");
        inserted.Step();
        long id = inserted.Int64(0);
        inserted.Reset();
        for (int number = 0; number < leaves.Length / LeafList.DigestBytes; number++)
        {
            connection.Statement("INSERT INTO leaves (file, number, hash) VALUES (?, ?, ?)")
                .Bind(1, id).Bind(2, number).Bind(3, leaves.AsSpan(number * LeafList.DigestBytes, LeafList.DigestBytes)).Execute();
        }
    }

    // The owner's earlier reading of the same path; its pin goes with it when the content is another now.
    private static void RemoveFile(SqliteConnection connection, FileReference file, Cid root)
    {
        connection.Statement(
            "DELETE FROM pins WHERE owner = ?1 AND cid <> ?3 AND cid IN (SELECT root FROM files WHERE owner = ?1 AND path = ?2)")
            .Bind(1, file.Owner).Bind(2, file.Path).Bind(3, root.Bytes).Execute();
        RemoveReference(connection, file);
    }

    private static void RemoveReference(SqliteConnection connection, FileReference file)
    {
        connection.Statement("DELETE FROM leaves WHERE file IN (SELECT id FROM files WHERE owner = ? AND path = ?)")
            .Bind(1, file.Owner).Bind(2, file.Path).Execute();
        connection.Statement("DELETE FROM files WHERE owner = ? AND path = ?").Bind(1, file.Owner).Bind(2, file.Path).Execute();
    }
}
