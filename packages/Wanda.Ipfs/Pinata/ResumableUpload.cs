using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>Sends a CAR in parts that are never sent twice: after a cut it asks how much arrived, and goes on there.</summary>
/// <remarks>Source: tus 1.0.0, creation and core. An upload that broke off is known for as long as the client lives.</remarks>
internal sealed class ResumableUpload(PinataHttp http, TimeProvider time, int partBytes)
{
    private static readonly (string, string) Version = ("Tus-Resumable", "1.0.0");
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<Cid, string> _open = new();

    /// <summary>Sends all of it.</summary>
    /// <returns>The file's id in the address of the upload, and the CID that Pinata names at the end; null when it names none.</returns>
    public async Task<(string Id, Cid? Cid)> SendAsync(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, PinataLabels labels, CancellationToken cancellationToken)
    {
        long length = CarWriter.LengthOf([root], blocks);
        var (address, offset) = await OpenAsync(root, length, labels, cancellationToken);
        Cid? told = null;
        for (int tries = 1; offset < length;)
        {
            long before = offset;
            try
            {
                (offset, told) = await PartAsync(address, root, blocks, source, offset, Math.Min(partBytes, length - offset), cancellationToken);
            }
            catch (RemoteException e) when (e.Failure == RemoteFailure.Unavailable && tries < http.Endpoint.Tries && !(e.RetryAfter > LongestWait))
            {
                var wait = http.Endpoint.FirstWait * Math.Pow(2, tries - 1);
                await Task.Delay(e.RetryAfter > wait ? e.RetryAfter.Value : wait, time, cancellationToken);
                offset = await OffsetAsync(address, length, cancellationToken) ?? throw Lost(root);
            }
            catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
            {
                throw Lost(root);
            }
            // Only standing still counts against it.
            tries = offset > before ? 1 : tries + 1;
        }
        return (address.Split('?')[0].Split('/')[^1], told);
    }

    /// <summary>The upload is a file now, or of no use any more.</summary>
    public void Forget(Cid root) => _open.TryRemove(root, out _);

    private async Task<(string Address, long Offset)> OpenAsync(Cid root, long length, PinataLabels labels, CancellationToken cancellationToken)
    {
        if (_open.TryGetValue(root, out string? known) && await OffsetAsync(known, length, cancellationToken) is { } offset)
        {
            return (known, offset);
        }
        string address = await http.RetryAsync(async () =>
        {
            using var answer = await http.SendAsync(HttpMethod.Post, "files", null, cancellationToken,
                [Version, ("Upload-Length", Text(length)), ("Upload-Metadata", Metadata(root, labels))]);
            return AddressOf(answer.Response);
        }, cancellationToken);
        _open[root] = address;
        return (address, 0);
    }

    // The token goes where it was meant for, whatever an answer says.
    private string AddressOf(HttpResponseMessage answer)
    {
        var address = answer.Headers.Location is { } location ? new Uri(http.Endpoint.Address, location) : throw http.Malformed("opened an upload and does not say where.");
        return address.Scheme == http.Endpoint.Address.Scheme && address.Authority == http.Endpoint.Address.Authority
            ? address.PathAndQuery
            : throw http.Malformed($"opened an upload at {address.Authority}, where nothing is sent to.");
    }

    private async Task<(long Offset, Cid? Told)> PartAsync(
        string address, Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, long offset, long count, CancellationToken cancellationToken)
    {
        var part = new StreamedContent(count, (stream, cancel) => CarWriter.WriteRangeAsync(stream, [root], blocks, source, offset, count, cancel));
        part.Headers.ContentType = new("application/offset+octet-stream");
        using var answer = await http.SendAsync(HttpMethod.Patch, address, part, cancellationToken, [Version, ("Upload-Offset", Text(offset))]);
        long reached = Offset(answer.Response) ?? offset + count;
        if (reached < offset || reached > offset + count)
        {
            throw http.Malformed($"was sent bytes {offset} to {offset + count} of an upload and says that it has {reached}.");
        }
        return (reached, answer.Response.Headers.TryGetValues("Upload-Cid", out var cids) && Cid.TryParse(cids.First(), out var cid) ? cid : null);
    }

    /// <summary>How much arrived; null when the upload is gone.</summary>
    private async Task<long?> OffsetAsync(string address, long length, CancellationToken cancellationToken)
    {
        try
        {
            return await http.RetryAsync(async () =>
            {
                using var answer = await http.SendAsync(HttpMethod.Head, address, null, cancellationToken, [Version]);
                return Offset(answer.Response) is { } offset && offset <= length
                    ? offset
                    : throw http.Malformed($"tells no possible offset for an upload of {length} bytes.");
            }, cancellationToken);
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
        {
            return null;
        }
    }

    private RemoteException Lost(Cid root)
    {
        Forget(root);
        return new(http.Endpoint.Name, RemoteFailure.Unavailable, "no longer knows the upload that was under way. The next one starts anew.");
    }

    private static long? Offset(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Upload-Offset", out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            ? offset
            : null;

    private static string Metadata(Cid root, PinataLabels labels)
    {
        var pairs = new List<(string Key, string? Value)>
        {
            ("filename", labels.Name ?? root.ToString()), ("filetype", "application/vnd.ipld.car"), ("network", "public"), ("car", "true"),
            ("group_id", labels.GroupId), ("keyvalues", labels.KeyValues.Count > 0 ? PinataJson.KeyValues(labels) : null),
        };
        return string.Join(',', pairs.Where(p => p.Value is not null).Select(p => $"{p.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(p.Value!))}"));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
