using Microsoft.Data.Sqlite;
using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.CaptureProducer.Tests.Support;

/// <summary>A producer with a watched folder, and an old disk from which it imports.</summary>
public abstract class ImportNode : ProducerNode
{
    private static readonly byte[] Jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2];

    private protected DirectoryInfo Disk { get; } = Directory.CreateTempSubdirectory("wanda-import-");

    private protected override WandaOptions Configure(WandaOptions options) => options with
    {
        Watch = [new WatchOptions { Path = Watched, Name = "dome", Quiet = TimeSpan.Zero }],
        Release = options.Release with { LowWater = new ByteSize(0) },
    };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Disk.Delete(recursive: true);
    }

    private protected static byte[] Content(byte n) => [.. Jpeg, n, 0xff, 0xd9];

    private protected void Put(string name, byte content)
    {
        var path = Path.Combine(Disk.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Content(content));
    }

    private protected Task<ImportRecord> AskAsync() => Catalogue.Imports.AskAsync(Disk.FullName, null, default);

    private protected async Task<ImportRecord> FindAsync(ImportRecord import) =>
        (await Catalogue.Imports.ListAsync(default)).Single(i => i.Id == import.Id);

    private protected async Task<ImportRecord> DoneAsync(ImportRecord import)
    {
        await Eventually.HoldsAsync(async () =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(500)); // files come to rest
            return (await FindAsync(import)).State == ImportState.Done;
        }, "the import to be done", async () => $"It is {await FindAsync(import)}.");
        return await FindAsync(import);
    }

    private protected Task WaitsAsync(ImportRecord import, ImportWait wait) => Eventually.HoldsAsync(
        async () => (await FindAsync(import)).Wait == wait, $"the import to wait for {wait}",
        async () => $"It is {await FindAsync(import)}.");

    private protected Task<IReadOnlyList<CaptureRecord>> CapturesAsync() => Catalogue.Captures.NewestAsync(1000, default);

    private protected async Task ReopenAsync(long id)
    {
        await using var db = new SqliteConnection(
            $"Data Source={Path.Combine(Options.Data, "catalogue.db")};Pooling=False");
        await db.OpenAsync();
        await using var command = db.CreateCommand();
        command.CommandText = $"UPDATE imports SET state = 'Open', ended_at = NULL WHERE id = {id}";
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
