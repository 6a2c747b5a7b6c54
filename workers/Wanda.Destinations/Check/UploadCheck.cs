using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Wanda.Hosting;

namespace Wanda.Destinations.Check;

/// <summary>
/// Whether a large frame would go up through what is in front of a server. It is announced, and hardly any of it is sent.
/// </summary>
internal sealed class UploadCheck(CheckLog log, WandaHttp http, string token)
{
    // The frame goes in one part: large cameras make such; then what would be left to smaller ones.
    private static readonly long[] Sizes = [256 << 20, 32 << 20, 2 << 20];

    private const int Piece = 64 * 1024;
    private static readonly TimeSpan GoOn = TimeSpan.FromSeconds(5); // as long as the node waits when it sends
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private const int Looks = 15;

    private static readonly (string Name, string Value) Tus = ("Tus-Resumable", "1.0.0");

    public async Task RunAsync(long? room, CancellationToken cancellationToken)
    {
        var sizes = Sizes.Where(s => room is null || s <= room).ToArray();
        if (sizes.Length == 0)
        {
            log.Skip("the server has no room for us", CheckNames.BodyLimit, CheckNames.Continue, CheckNames.Streaming);
            return;
        }

        Uri? upload = null;
        long fits = 0;
        int? wentOn = null;
        try
        {
            var passes = await log.StepAsync(CheckNames.BodyLimit, "Look at the log of the proxy, and at the server's.", async stop =>
            {
                (upload, var length, var refusal) = await OpenAsync(sizes, stop);
                if (upload is null)
                    return refusal;
                (fits, wentOn, var finding) = await LimitAsync(upload, [.. sizes.Where(s => s <= length)], stop);
                return finding;
            }, cancellationToken);
            if (!passes)
            {
                log.Skip("no upload can be begun", CheckNames.Continue, CheckNames.Streaming);
                return;
            }

            await log.StepAsync(CheckNames.Continue, "", _ => Task.FromResult(wentOn == 100
                ? Finding.Good("says that we may go on (Expect: 100-continue) before a frame goes over the line.")
                : Finding.Odd($"does not say that we may go on (Expect: 100-continue): each upload waits {GoOn.TotalSeconds:0} s for it, "
                    + "and a refusal comes after the frame, not before.", "Something on the way swallows it: an old proxy, or a filter.")),
                cancellationToken);
            await log.StepAsync(CheckNames.Streaming, "Look at the log of the proxy, and at the server's.",
                stop => StreamAsync(upload!, fits, stop), cancellationToken);
        }
        finally
        {
            if (upload is not null)
                await EndAsync(upload);
        }
    }

    /// <summary>Begins an upload of the largest size that the server itself takes.</summary>
    private async Task<(Uri? Upload, long Length, Finding Refusal)> OpenAsync(long[] sizes, CancellationToken cancellationToken)
    {
        var mark = Convert.ToBase64String(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(16)));
        foreach (var size in sizes)
        {
            using var answer = await http.SendAsync(HttpMethod.Post, "v0/uploads", withToken: true,
                [Tus, ("Upload-Length", size.ToString(CultureInfo.InvariantCulture)), ("Upload-Metadata", $"test {mark}")],
                cancellationToken);
            var status = (int)answer.StatusCode;
            if (status is 413 or 507 && size != sizes[^1])
                continue;
            if (!answer.IsSuccessStatusCode || answer.Headers.Location is not { } location)
            {
                var said = WandaHttp.Text(await WandaHttp.JsonAsync(answer, cancellationToken), "error", "details");
                return (null, size, Finding.Bad($"takes no resumable upload ({status}): {said ?? "it does not say why."}",
                    "Check that the proxy passes every path, method and header on as it came, and ask the server's operator."));
            }

            var (asked, upload) = (http.At(""), new Uri(http.At("v0/uploads"), location));
            return (upload.Scheme, upload.Authority) == (asked.Scheme, asked.Authority)
                ? (upload, size, default)
                : (null, size, Finding.Bad($"says that its uploads are at {upload.Authority}, where no token goes.",
                    "Its operator sets --public-url to the address that is in \"url\" here, or has the proxy pass the header Host on."));
        }

        throw new InvalidOperationException("There is no size to ask for.");
    }

    private async Task<(long Fits, int? WentOn, Finding)> LimitAsync(Uri upload, long[] sizes, CancellationToken cancellationToken)
    {
        foreach (var size in sizes)
        {
            await using var part = await RawPart.BeginAsync(upload, token, size, cancellationToken);
            var status = await StatusAsync(part, cancellationToken);
            if (status == 413)
                continue;
            if (status is null or 100)
            {
                return (size, status, size == sizes[0]
                    ? Finding.Good($"takes a frame of {new ByteSize(size)} in one request.")
                    : Finding.Odd($"takes {new ByteSize(size)} in one request, and not {new ByteSize(sizes[0])} (413).", Larger));
            }

            return (0, status, Finding.Bad($"answers {status} to a part of an upload.",
                "Check that the proxy passes PATCH and its headers on as they came."));
        }

        return (0, 413, Finding.Bad($"takes no frame: {new ByteSize(sizes[^1])} in one request are too many for it (413).", Larger));
    }

    private const string Larger = "Its operator raises the limit of the proxy: \"client_max_body_size 0;\" in nginx. Of a service such as "
        + "Cloudflare it is the plan's.";

    /// <summary>100, or a refusal; null when nothing came in the time that a node waits for it.</summary>
    private async Task<int?> StatusAsync(RawPart part, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(GoOn, log.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await part.StatusAsync(stop.Token) ?? throw new IOException("a part of an upload was not answered.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<Finding> StreamAsync(Uri upload, long announced, CancellationToken cancellationToken)
    {
        await using var part = await RawPart.BeginAsync(upload, token, announced, cancellationToken);
        await StatusAsync(part, cancellationToken);
        await part.SendAsync(RandomNumberGenerator.GetBytes(Piece), cancellationToken);
        for (var looks = 0; looks < Looks; looks++)
        {
            // Asking also ends the part, so that what came of it is counted.
            if (await StoredAsync(upload, cancellationToken) > 0)
                return Finding.Good("keeps what came of an upload that breaks off.");
            await Task.Delay(Look, log.Time, cancellationToken);
        }

        return Finding.Odd("loses what came of an upload that breaks off: the proxy keeps it to itself until it has all of it.",
            "Its operator turns that off: \"proxy_request_buffering off;\" in nginx.");
    }

    private async Task<long> StoredAsync(Uri upload, CancellationToken cancellationToken)
    {
        using var answer = await http.SendAsync(HttpMethod.Head, upload.AbsoluteUri, withToken: true, [Tus], cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK && answer.Headers.TryGetValues("Upload-Offset", out var values)
            && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var stored) ? stored : 0;
    }

    // What cannot be ended ends by itself (--upload-lifetime).
    private async Task EndAsync(Uri upload)
    {
        using var late = new CancellationTokenSource(GoOn, log.Time);
        try
        {
            using var answer = await http.SendAsync(HttpMethod.Delete, upload.AbsoluteUri, withToken: true, [Tus], late.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
        }
    }
}
