using System.Text.Json;
using Dapper;

namespace Wanda.Catalog;

public sealed partial class DestinationStore
{
    private const string UploadKey = "upload/";

    // One that says nothing for so long was killed, or its line is: it is no upload that a screen shows.
    private static readonly TimeSpan Silent = TimeSpan.FromMinutes(1);

    /// <summary>How far an upload is, for other processes; what a killed one left of its own goes with it.</summary>
    public Task UploadingAsync(UploadUnderWay upload, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(db =>
    {
        foreach (var left in Uploads(db.Query<(string, string)>(NodeStore.Sql.Below, Uploads())).Where(u => !IsAlive(u)))
            db.Execute(NodeStore.Sql.Remove, new { key = KeyOf(left.Destination, left.Subject) });
        return db.Execute(
            NodeStore.Sql.Set, new { key = KeyOf(upload.Destination, upload.Subject), value = JsonSerializer.Serialize(upload) });
    }, cancellationToken);

    /// <summary>It is over, well or not.</summary>
    public Task UploadedAsync(string destination, string subject, CancellationToken cancellationToken) => _file.WriteRelaxedAsync(
        db => db.Execute(NodeStore.Sql.Remove, new { key = KeyOf(destination, subject) }), cancellationToken);

    /// <summary>The uploads that take longer than a moment, as far as they are now.</summary>
    public async Task<IReadOnlyList<UploadUnderWay>> UploadsAsync(CancellationToken cancellationToken) =>
        [.. (await _file.ReadAsync(db => Uploads(db.Query<(string, string)>(NodeStore.Sql.Below, Uploads())).ToList(), cancellationToken))
            .Where(IsAlive)];

    private bool IsAlive(UploadUnderWay upload) => (_time.GetUtcNow() - upload.At).Duration() < Silent;

    private static object Uploads() => new { first = UploadKey, end = UploadKey + '\uffff' };

    private static IEnumerable<UploadUnderWay> Uploads(IEnumerable<(string Key, string Upload)> rows) =>
        rows.Select(row => JsonSerializer.Deserialize<UploadUnderWay>(row.Upload)!);

    private static string KeyOf(string destination, string subject) => $"{UploadKey}{destination}/{subject}";
}
