using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>Resumable uploads as docs/protocols tells a client to do them.</summary>
internal static class Tus
{
    private const string PartType = "application/offset+octet-stream";

    public static string Metadata(params (string Key, string Value)[] values) =>
        string.Join(',', values.Select(v => $"{v.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(v.Value))}"));

    public static Task<HttpResponseMessage> CreateAsync(this HttpClient client, long length, string metadata = "") =>
        client.SendAsync(Request(HttpMethod.Post, new Uri("/v0/uploads", UriKind.Relative), ("Upload-Length", Text(length)),
            ("Upload-Metadata", metadata)));

    /// <summary>Creates with a first part.</summary>
    public static Task<HttpResponseMessage> CreateAsync(
        this HttpClient client, long length, string metadata, ReadOnlyMemory<byte> part, string checksum = "")
    {
        var request = Request(
            HttpMethod.Post, new Uri("/v0/uploads", UriKind.Relative), ("Upload-Length", Text(length)), ("Upload-Metadata", metadata),
            ("Upload-Checksum", checksum));
        request.Content = Part(part);
        return client.SendAsync(request);
    }

    /// <summary>Creates, and gives the address.</summary>
    public static async Task<Uri> BeginAsync(this HttpClient client, long length, string metadata = "")
    {
        using var answer = await client.CreateAsync(length, metadata);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Place();
    }

    public static Task<HttpResponseMessage> LookAsync(this HttpClient client, Uri upload) =>
        client.SendAsync(Request(HttpMethod.Head, upload));

    public static Task<HttpResponseMessage> EndAsync(this HttpClient client, Uri upload) =>
        client.SendAsync(Request(HttpMethod.Delete, upload));

    public static Task<HttpResponseMessage> AppendAsync(
        this HttpClient client, Uri upload, long offset, HttpContent part, CancellationToken cancellationToken = default)
    {
        part.Headers.ContentType = new MediaTypeHeaderValue(PartType);
        var request = Request(HttpMethod.Patch, upload, ("Upload-Offset", Text(offset)));
        request.Content = part;
        return client.SendAsync(request, cancellationToken);
    }

    public static Task<HttpResponseMessage> AppendAsync(this HttpClient client, Uri upload, long offset, ReadOnlyMemory<byte> part) =>
        client.AppendAsync(upload, offset, new ReadOnlyMemoryContent(part));

    public static Task<HttpResponseMessage> AppendAsync(
        this HttpClient client, Uri upload, long offset, ReadOnlyMemory<byte> part, string checksum)
    {
        var request = Request(HttpMethod.Patch, upload, ("Upload-Offset", Text(offset)), ("Upload-Checksum", checksum));
        request.Content = Part(part);
        return client.SendAsync(request);
    }

    public static async Task<long> OffsetAsync(this HttpClient client, Uri upload)
    {
        using var answer = await client.LookAsync(upload);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.Offset();
    }

    /// <summary>
    /// Asks where to go on and sends the rest, as often as the line breaks. Remembers nothing from one attempt to the next.
    /// </summary>
    /// <returns>The pin's id, and how often the line broke.</returns>
    public static async Task<(string Pin, int Breaks)> SendAsync(this HttpClient client, byte[] car, string metadata, int maxBreaks)
    {
        for (int breaks = 0; ; breaks++)
        {
            try
            {
                using var begun = await client.CreateAsync(car.Length, metadata);
                begun.EnsureSuccessStatusCode();
                long offset = begun.Offset();
                using var answer = await client.AppendAsync(begun.Place(), offset, car.AsMemory((int)offset));
                Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
                return (answer.Pin()!, breaks);
            }
            catch (Exception e) when (e is HttpRequestException or IOException && breaks < maxBreaks)
            {
                // Again.
            }
        }
    }

    public static Uri Place(this HttpResponseMessage answer) => new(answer.RequestMessage!.RequestUri!, answer.Headers.Location!);

    public static long Offset(this HttpResponseMessage answer) =>
        long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);

    public static string? Pin(this HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Wanda-Pin", out var pins) ? pins.Single() : null;

    private static ReadOnlyMemoryContent Part(ReadOnlyMemory<byte> part) => new(part) { Headers = { ContentType = new(PartType) } };

    private static HttpRequestMessage Request(HttpMethod method, Uri address, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, address) { Headers = { { "Tus-Resumable", "1.0.0" } } };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return request;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
