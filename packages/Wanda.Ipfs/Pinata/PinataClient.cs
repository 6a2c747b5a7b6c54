using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Wanda.Ipfs;

/// <summary>
/// Keeps DAGs at Pinata, on the public network: all that is sent can be read by anybody who knows its CID. Blocks go up as a CAR, never as
/// a file to chunk, and the CID in the answer is compared with ours.
/// </summary>
/// <remarks>
/// Source: Pinata's API v3 as documented in 2026 (<c>POST /files</c> with <c>car=true</c>, resumable by tus above 100 MB;
/// <c>/files/public</c>; <c>/files/public/pin_by_cid</c>). What may be repeated is, while Pinata is unavailable; its rate limit is kept by
/// the headers of its answers. May be used from several threads; keep one, since an upload that broke off goes on where it stopped only in
/// the client that began it. Pinata also speaks the Pinning Service API: <see cref="PinningServiceClient"/> at
/// <see cref="PinningServiceAddress"/>.
/// </remarks>
public sealed class PinataClient : IDisposable
{
    /// <summary>Where files are listed, deleted and pinned by CID.</summary>
    public static readonly Uri ApiAddress = new("https://api.pinata.cloud/v3");

    /// <summary>Where files are uploaded to.</summary>
    public static readonly Uri UploadAddress = new("https://uploads.pinata.cloud/v3");

    /// <summary>Where Pinata answers the Pinning Service API.</summary>
    public static readonly Uri PinningServiceAddress = new("https://api.pinata.cloud/psa");

    private const int PageSize = 100;

    private readonly PinataHttp _api;
    private readonly PinataHttp _uploads;
    private readonly TusUploads _resumable;
    private readonly long _resumableFrom;

    /// <param name="api"><see cref="ApiAddress"/>, or another, with the account's JWT as bearer token.</param>
    /// <param name="uploads"><see cref="UploadAddress"/>, or another, with the same token.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="resumableFrom">
    /// CARs from this size in bytes are sent by tus, in parts. Default: 90 MiB, as Pinata's own client; it takes no more than 100 MB at
    /// once.
    /// </param>
    /// <param name="partBytes">The size of a part in bytes. Default: 50 MiB, as Pinata's own client.</param>
    public PinataClient(RemoteEndpoint api, RemoteEndpoint uploads, TimeProvider time, long resumableFrom = 90 * 1024 * 1024,
        int partBytes = 50 * 1024 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(partBytes);
        _api = new(api, time);
        _uploads = new(uploads, time);
        _resumable = new(_uploads.Http, new TusService("files", partBytes), time);
        _resumableFrom = resumableFrom;
    }

    /// <summary>
    /// Sends a DAG as a CAR. A small one is not repeated; a large one goes on where it stopped, also in the next call. Doing it again does
    /// no harm.
    /// </summary>
    /// <param name="root">The root.</param>
    /// <param name="blocks">All blocks of the DAG, the root first.</param>
    /// <param name="source">Where they are read from.</param>
    /// <param name="labels">What it is called there; null for nothing.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>What Pinata says it holds now, of the CID that was sent.</returns>
    /// <exception cref="CidDisagreementException">Pinata calls it by another CID.</exception>
    /// <exception cref="RemoteException">Pinata does not take it, puts it on another network, or has not said its CID in time.</exception>
    /// <exception cref="BlockNotFoundException">A block cannot be read here.</exception>
    public async Task<PinataFile> UploadAsync(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, PinataLabels? labels = null,
        CancellationToken cancellationToken = default)
    {
        labels ??= new();
        long length = CarWriter.LengthOf([root], blocks);
        var file = length < _resumableFrom
            ? await AtOnceAsync(root, blocks, source, labels, cancellationToken).ConfigureAwait(false)
            : await InPartsAsync(root, blocks, source, labels, cancellationToken).ConfigureAwait(false);
        return Same(file.Cid!.Value, root) ? file : throw new CidDisagreementException(_uploads.Http.Endpoint.Name, root, file.Cid.Value);
    }

    /// <summary>A file by its id.</summary>
    /// <returns>Null when the account has no such file on the public network.</returns>
    /// <exception cref="RemoteException">Pinata does not tell.</exception>
    public async Task<PinataFile?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        try
        {
            var file = await _api.RetryAsync(
                () => _api.JsonAsync(HttpMethod.Get, Path("files/public", id), null, PinataJson.File, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            return file.Id == id ? file : throw _api.Malformed($"was asked for file {id} and answered with {file.Id}.");
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
        {
            return null;
        }
    }

    /// <summary>The account's files on the public network, as many pages as there are.</summary>
    /// <param name="cid">Only of this CID; null for all.</param>
    /// <param name="cancellationToken">Stops listing.</param>
    /// <exception cref="RemoteException">Pinata does not tell.</exception>
    public IAsyncEnumerable<PinataFile> ListAsync(Cid? cid = null, CancellationToken cancellationToken = default) => PagesAsync(
        $"files/public?limit={PageSize}{CidQuery(cid)}", "files", PinataJson.File, f => f.Id,
        f => cid is null || f.Cid is { } its && Same(its, cid.Value), cancellationToken);

    /// <summary>Removes a file from the account.</summary>
    /// <returns>False when there is none of this id, so that it may be asked again.</returns>
    /// <exception cref="RemoteException">Pinata does not do it.</exception>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        DeleteAsync("files/public", id, cancellationToken);

    /// <summary>
    /// Asks Pinata to fetch a DAG from the network and keep it: only for what it can reach. Unless it looks for this CID already; then that
    /// request is the answer.
    /// </summary>
    /// <param name="cid">The root.</param>
    /// <param name="labels">What it is to be called there; null for nothing.</param>
    /// <param name="hostNodes">Multiaddresses of nodes that have it; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RemoteException">Pinata does not take the request.</exception>
    public Task<PinataPin> PinAsync(
        Cid cid, PinataLabels? labels = null, IReadOnlyList<string>? hostNodes = null, CancellationToken cancellationToken = default) =>
        // Looked for again before each try: the one before may have arrived and only its answer been lost.
        _api.RetryAsync(async () =>
        {
            await foreach (var there in ListPinsAsync(cid, cancellationToken).ConfigureAwait(false))
            {
                if (there.Status is "searching" or "prechecking" or "retrieving" or "retreiving" or "backfilled")
                    return there;
            }

            var body = new ByteArrayContent(PinataJson.Pin(cid, labels ?? new(), hostNodes ?? []))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
            var pin = await _api.JsonAsync(HttpMethod.Post, "files/public/pin_by_cid", body, PinataJson.Pin,
                cancellationToken).ConfigureAwait(false);
            return Same(pin.Cid, cid) ? pin : throw _api.Malformed($"was asked to pin {cid} and answered with {pin.Cid}.");
        }, cancellationToken);

    /// <summary>The requests to fetch a CID that Pinata remembers, in every state.</summary>
    /// <param name="cid">Only of this CID; null for all.</param>
    /// <param name="cancellationToken">Stops listing.</param>
    /// <exception cref="RemoteException">Pinata does not tell.</exception>
    public IAsyncEnumerable<PinataPin> ListPinsAsync(Cid? cid = null, CancellationToken cancellationToken = default) => PagesAsync(
        $"files/public/pin_by_cid?limit={PageSize}{CidQuery(cid)}", "jobs", PinataJson.Pin, p => p.Id,
        p => cid is null || Same(p.Cid, cid.Value), cancellationToken);

    /// <summary>Ends a request to fetch a CID; a file that it has become stays.</summary>
    /// <returns>False when there is none of this id.</returns>
    /// <exception cref="RemoteException">Pinata does not do it.</exception>
    public Task<bool> CancelPinAsync(string id, CancellationToken cancellationToken = default) =>
        DeleteAsync("files/public/pin_by_cid", id, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _api.Dispose();
        _uploads.Dispose();
    }

    private async Task<PinataFile> AtOnceAsync(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, PinataLabels labels, CancellationToken cancellationToken)
    {
        var fields = new List<(string, string)> { ("network", "public"), ("car", "true"), ("name", labels.Name ?? root.ToString()) };
        if (labels.GroupId is { } group)
            fields.Add(("group_id", group));
        if (labels.KeyValues.Count > 0)
            fields.Add(("keyvalues", PinataJson.KeyValues(labels)));
        var car = StreamedContent.OfCar(root, blocks, source);
        var file = await _uploads.JsonAsync(HttpMethod.Post, "files", FormBody.Of(fields, $"{root}.car", car), PinataJson.File,
            cancellationToken).ConfigureAwait(false);
        return file.Cid is not null ? file : await SettledAsync(file.Id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PinataFile> InPartsAsync(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, PinataLabels labels, CancellationToken cancellationToken)
    {
        var metadata = new (string Key, string? Value)[]
        {
            ("filename", labels.Name ?? root.ToString()), ("filetype", "application/vnd.ipld.car"), ("network", "public"), ("car", "true"),
            ("group_id", labels.GroupId), ("keyvalues", labels.KeyValues.Count > 0 ? PinataJson.KeyValues(labels) : null),
        };
        var upload = TusFile.OfCar(root, blocks, source, metadata);
        var (address, last) = await _resumable.SendAsync(upload, cancellationToken).ConfigureAwait(false);
        var told = last is not null && last.TryGetValues("Upload-Cid", out var cids) && Cid.TryParse(cids.First(), out var named)
            ? named
            : (Cid?)null;
        var file = told is { } cid && !Same(cid, root)
            ? throw new CidDisagreementException(_uploads.Http.Endpoint.Name, root, cid)
            : await SettledAsync(address.Split('?')[0].Split('/')[^1], cancellationToken, root).ConfigureAwait(false);
        _resumable.Forget(upload);
        return file;
    }

    // A CID is told a moment after a large upload has ended; its file may be listed under another id than the upload's.
    private Task<PinataFile> SettledAsync(string id, CancellationToken cancellationToken, Cid? root = null) => _api.RetryAsync(async () =>
    {
        var file = await FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (file is null && root is not null)
            file = await ListAsync(root, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return file is { Cid: not null }
            ? file
            : throw new RemoteException(_api.Http.Endpoint.Name, RemoteFailure.Unavailable, "took an upload and has not told its CID yet.");
    }, cancellationToken);

    private async Task<bool> DeleteAsync(string folder, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await _api.RetryAsync(async () =>
            {
                using var answer = await _api.SendAsync(HttpMethod.Delete, Path(folder, id), null, cancellationToken).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
        {
            return false;
        }
    }

    private async IAsyncEnumerable<T> PagesAsync<T>(
        string query, string name, Func<System.Text.Json.JsonElement, T> read, Func<T, string> id, Func<T, bool> wanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>();
        string? token = null;
        do
        {
            string path = token is null ? query : $"{query}&pageToken={Uri.EscapeDataString(token)}";
            (var items, token) = await _api.RetryAsync(
                () => _api.JsonAsync(HttpMethod.Get, path, null, data => PinataJson.Page(data, name, read), cancellationToken),
                cancellationToken).ConfigureAwait(false);
            int known = seen.Count;
            // Compared here too: a service that ignores a filter must not answer for another file.
            foreach (var item in items.Where(i => seen.Add(id(i)) && wanted(i)))
                yield return item;
            if (token is not null && seen.Count == known)
                throw _api.Malformed("says that there is a further page and lists nothing new on it.");
        }
        while (token is not null);
    }

    private static string CidQuery(Cid? cid) => cid is { } its ? $"&cid={its}" : "";

    private static bool Same(Cid one, Cid other) => one.ToV1() == other.ToV1();

    private static string Path(string folder, string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        // An id that is dots would be another address.
        return id is "." or ".." ? throw new ArgumentException("That is no id.", nameof(id)) : $"{folder}/{Uri.EscapeDataString(id)}";
    }
}
