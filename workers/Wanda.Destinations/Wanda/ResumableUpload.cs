using System.Globalization;
using System.Net;
using System.Text;
using Wanda.Ipfs;

namespace Wanda.Destinations.Wanda;

/// <summary>
/// Sends a CAR by the tus protocol: after a cut it goes on from what the server has on its disk. Nothing is remembered here: the server finds an
/// upload again by its length and metadata, so a restart of the node goes on as well. See <c>docs/protocols/pinning-server.md</c>.
/// </summary>
internal sealed class ResumableUpload(WandaCalls calls)
{
    private const string Version = "1.0.0";
    private const string PartType = "application/offset+octet-stream";

    // A try is one or two requests. Three in a row that bring no new byte across are an outage.
    private const int TriesWithoutProgress = 3;

    /// <summary>Sends it, as often as the line needs.</summary>
    /// <returns>The pin's id; null when the server knows no such uploads.</returns>
    /// <exception cref="DestinationDownException">Nothing more goes through; what did is kept there.</exception>
    public async Task<string?> SendAsync(
        OffloadItem item, IReadOnlyList<(string Key, string Value)> metadata, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancel)
    {
        var length = CarWriter.LengthOf([item.Cid], blocks);
        var (before, tries) = (-1L, 0);
        while (true)
        {
            // A cut is noticed by the part that it ended; how much came through only the server knows.
            if (await BeginAsync(item, length, metadata, cancel) is not { } upload)
                return null;
            (before, tries) = upload.Offset > before ? (upload.Offset, 0) : (before, tries + 1);
            try
            {
                if (await AppendAsync(item, upload, length, blocks, source, cancel) is { } pin)
                    return pin;
                if (tries >= TriesWithoutProgress)
                    throw calls.Foreign($"an upload of it stays at {upload.Offset} of {length} bytes");
            }
            catch (DestinationDownException e) when (e.InnerException is HttpRequestException or IOException && tries < TriesWithoutProgress)
            {
                // The line was cut.
            }
        }
    }

    /// <summary>Begins an upload, or finds the one that was begun. Null when the server has none such.</summary>
    private Task<Upload?> BeginAsync(OffloadItem item, long length, IReadOnlyList<(string Key, string Value)> metadata, CancellationToken cancel) => calls.SendAsync(
        _ =>
        {
            var request = Request(HttpMethod.Post, "v0/uploads");
            request.Headers.Add("Upload-Length", Text(length));
            request.Headers.Add("Upload-Metadata", string.Join(',', metadata.Select(m => $"{m.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(m.Value))}")));
            return request;
        },
        (answer, _) => Task.FromResult(answer.IsSuccessStatusCode ? new Upload(LocationOf(answer), OffsetOf(answer, length)) : null),
        item, cancel, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed);

    /// <summary>Sends what is missing. Null when it has to be asked again how far the upload is.</summary>
    private Task<string?> AppendAsync(
        OffloadItem item, Upload upload, long length, IReadOnlyList<BlockInfo> blocks, IBlockSource source, CancellationToken cancel) => calls.SendAsync(
        progress =>
        {
            var request = Request(HttpMethod.Patch, upload.Location.AbsoluteUri);
            request.Headers.Add("Upload-Offset", Text(upload.Offset));
            request.Headers.ExpectContinue = true;
            request.Content = new CarContent(item.Cid, blocks, source, progress, upload.Offset, PartType);
            return request;
        },
        (answer, _) => Task.FromResult(
            !answer.IsSuccessStatusCode ? null
            : OffsetOf(answer, length) < length ? null
            : answer.Headers.TryGetValues("Wanda-Pin", out var pins) ? pins.First() : throw calls.Foreign("a finished upload became no pin")),
        // Ended, or overtaken by a newer request of ours: asked again, it says where it is.
        item, cancel, HttpStatusCode.NotFound, HttpStatusCode.Conflict, HttpStatusCode.Gone);

    private Uri LocationOf(HttpResponseMessage answer)
    {
        var asked = answer.RequestMessage!.RequestUri!;
        // The token goes to the configured host and to no other.
        return answer.Headers.Location is { } location && new Uri(asked, location) is var there && there.Authority == asked.Authority && there.Scheme == asked.Scheme
            ? there
            : throw calls.Foreign("an upload is to be sent to another host");
    }

    private long OffsetOf(HttpResponseMessage answer, long length) =>
        answer.Headers.TryGetValues("Upload-Offset", out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
        && offset <= length
            ? offset
            : throw calls.Foreign("it does not say how far an upload is");

    private static HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Tus-Resumable", Version);
        return request;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Upload(Uri Location, long Offset);
}
