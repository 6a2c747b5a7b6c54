using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Wanda.Ipfs;

/// <summary>Sends files in parts that are never sent twice: after a cut it asks how much arrived, and goes on there.</summary>
/// <remarks>
/// Source: tus 1.0.0, creation and core. How much came through only the service knows, so it is asked; whoever brings nothing more in
/// <see cref="RemoteEndpoint.Tries"/> tries has an outage. Unless the service finds uploads again, one that broke off is known for as long
/// as this lives.
/// </remarks>
internal sealed class TusUploads(RemoteHttp http, TusService service, TimeProvider time)
{
    private static readonly (string, string) Version = ("Tus-Resumable", "1.0.0");

    private readonly ConcurrentDictionary<string, string> _begun = new();

    /// <summary>Sends all of it.</summary>
    /// <returns>The address of the upload, and the head of the last answer; null when nothing was left to send.</returns>
    /// <exception cref="RemoteException">
    /// Nothing more goes through; what did is kept there. <see cref="RemoteFailure.NotFound"/>: the service takes no such uploads.
    /// </exception>
    public async Task<(string Address, HttpResponseHeaders? Last)> SendAsync(TusFile file, CancellationToken cancellationToken)
    {
        var (address, offset) = await OpenAsync(file, cancellationToken).ConfigureAwait(false);
        HttpResponseHeaders? last = null;
        for (int standing = 0; offset < file.Length || (service.FindsAgain && last is null);)
        {
            long before = offset;
            RemoteException? cut = null;
            try
            {
                (offset, last) = await PartAsync(address, file, offset, cancellationToken).ConfigureAwait(false);
            }
            catch (RemoteException e) when (IsForAnotherTry(e))
            {
                (cut, last) = (e, null);
                await RestAsync(e.RetryAfter ?? TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
                (address, offset) = await OpenAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
            {
                Forget(file);
                throw new RemoteException(
                    http.Endpoint.Name, RemoteFailure.Unavailable,
                    "no longer knows the upload that was under way. The next one starts anew.", e);
            }

            // Only standing still counts against it.
            standing = offset > before ? 0 : standing + 1;
            if (standing >= http.Endpoint.Tries && (offset < file.Length || last is null))
            {
                throw cut is { Failure: RemoteFailure.Unavailable }
                    ? cut
                    : http.Malformed($"leaves an upload at {offset} of {file.Length} bytes.", cut);
            }

            if (cut is not null && standing > 0)
                await RestAsync(http.WaitBefore(standing), cancellationToken).ConfigureAwait(false);
        }

        return (address, last);
    }

    /// <summary>The upload has become what it was for, or is of no use any more.</summary>
    public void Forget(TusFile file) => _begun.TryRemove(file.Metadata, out _);

    // Cut, overtaken by a newer request of ours, or, where it is found again, ended: asked once more, the service says where it is.
    private bool IsForAnotherTry(RemoteException e) => RemoteHttp.IsWorthAnotherTry(e) || e.Status == HttpStatusCode.Conflict
        || (service.FindsAgain && e.Failure == RemoteFailure.NotFound);

    private async Task<(string Address, long Offset)> OpenAsync(TusFile file, CancellationToken cancellationToken)
    {
        if (_begun.TryGetValue(file.Metadata, out string? known)
            && await OffsetAsync(known, file, cancellationToken).ConfigureAwait(false) is { } reached)
        {
            return (known, reached);
        }

        var (address, offset) = await http.RetryAsync(async () =>
        {
            using var answer = await http.SendAsync(
                HttpMethod.Post, service.Path, null, null, cancellationToken,
                [Version, ("Upload-Length", Text(file.Length)), ("Upload-Metadata", file.Metadata)]).ConfigureAwait(false);
            return (AddressOf(answer.Response), Possible(OffsetOf(answer.Response) ?? 0, file));
        }, cancellationToken).ConfigureAwait(false);
        if (!service.FindsAgain)
            _begun[file.Metadata] = address;
        return (address, offset);
    }

    /// <summary>How much arrived; null when the upload is gone.</summary>
    private async Task<long?> OffsetAsync(string address, TusFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await http.RetryAsync(async () =>
            {
                using var answer = await http.SendAsync(HttpMethod.Head, address, null, null, cancellationToken,
                    [Version]).ConfigureAwait(false);
                return Possible(OffsetOf(answer.Response) ?? -1, file);
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteException e) when (e.Failure == RemoteFailure.NotFound)
        {
            return null;
        }
    }

    private async Task<(long Offset, HttpResponseHeaders Head)> PartAsync(
        string address, TusFile file, long offset, CancellationToken cancellationToken)
    {
        long count = Math.Min(service.PartBytes, file.Length - offset);
        var part = new StreamedContent(count, (stream, stop) => file.WriteAsync(stream, offset, count, stop))
        {
            AsksFirst = service.AsksFirst,
        };
        part.Headers.ContentType = new("application/offset+octet-stream");
        using var answer = await http.SendAsync(HttpMethod.Patch, address, part, null, cancellationToken,
            [Version, ("Upload-Offset", Text(offset))],
            // With the last byte the whole is read, checked and kept.
            reads: offset + count == file.Length ? file.Length : 0).ConfigureAwait(false);
        long reached = OffsetOf(answer.Response) ?? offset + count;
        return reached >= offset && reached <= offset + count
            ? (reached, answer.Response.Headers)
            : throw http.Malformed($"was sent bytes {offset} to {offset + count} of an upload and says that it has {reached}.");
    }

    // The token goes where it was meant for, whatever an answer says.
    private string AddressOf(HttpResponseMessage answer)
    {
        var asked = answer.RequestMessage!.RequestUri!;
        var address = answer.Headers.Location is { } location
            ? new Uri(asked, location)
            : throw http.Malformed("opened an upload and does not say where.");
        return address.Scheme == asked.Scheme && address.Authority == asked.Authority
            ? address.PathAndQuery
            : throw http.Malformed($"opened an upload at {address.Authority}, where nothing is sent to.");
    }

    private long Possible(long offset, TusFile file) =>
        offset >= 0 && offset <= file.Length
            ? offset
            : throw http.Malformed($"tells no possible offset for an upload of {file.Length} bytes.");

    private Task RestAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;

    private static long? OffsetOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Upload-Offset", out var values)
            && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            ? offset
            : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
