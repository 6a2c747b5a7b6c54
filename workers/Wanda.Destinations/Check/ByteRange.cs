using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Wanda.Destinations.Check;

/// <summary>What came of a request for one range of bytes.</summary>
/// <param name="Bytes">The range; null when the answer has other bytes, or none.</param>
/// <param name="WasWhole">Whether all of it was sent, and not the range.</param>
internal sealed record ByteRange(byte[]? Bytes, bool WasWhole)
{
    // Heads and boundaries of a multipart answer.
    private const int MaxAround = 64 * 1024;

    /// <summary>
    /// Reads an answer in each form that it may have: the range, all of it, or parts of which one is the range (multipart/byteranges).
    /// </summary>
    /// <remarks>Source: RFC 9110, sections 14.4 to 14.6 and 15.3.7.</remarks>
    /// <param name="answer">A good answer, 200 or 206.</param>
    /// <param name="from">The first byte.</param>
    /// <param name="length">How many.</param>
    /// <param name="total">How many there are in all; more is not read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ByteRange> ReadAsync(
        HttpResponseMessage answer, int from, int length, int total, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(answer, total + MaxAround, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.OK)
            return new(body.Length == total ? body[from..(from + length)] : null, WasWhole: true);
        if (answer.StatusCode != HttpStatusCode.PartialContent)
            return new(null, WasWhole: false);
        var type = answer.Content.Headers.ContentType;
        if (type?.MediaType?.Equals("multipart/byteranges", StringComparison.OrdinalIgnoreCase) != true)
            return new(IsIt(answer.Content.Headers.ContentRange) && body.Length == length ? body : null, WasWhole: false);
        var boundary = type.Parameters.FirstOrDefault(p => p.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase))?.Value?.Trim('"');
        return new(boundary is { Length: > 0 and <= 70 } ? Part(body, boundary) : null, WasWhole: false);

        bool IsIt(ContentRangeHeaderValue? range) => range is { Unit: "bytes", From: { } first, To: { } last }
            && first == from && last == from + length - 1 && (range.Length ?? total) == total;

        // A part is as long as its range says, whatever its bytes look like.
        byte[]? Part(byte[] all, string mark)
        {
            byte[] delimiter = [.. "--"u8, .. Encoding.ASCII.GetBytes(mark)];
            for (var rest = all.AsSpan(); rest.IndexOf(delimiter) is >= 0 and var at;)
            {
                rest = rest[(at + delimiter.Length)..];
                var end = rest.IndexOf("\r\n\r\n"u8);
                if (end < 0)
                    return null;
                var range = RangeOf(Encoding.ASCII.GetString(rest[..end]));
                rest = rest[(end + 4)..];
                if (IsIt(range))
                    return rest.Length >= length ? rest[..length].ToArray() : null;
                if (range is { From: { } first, To: { } last } && last - first < rest.Length)
                    rest = rest[(int)(last - first + 1)..];
            }

            return null;
        }
    }

    private static ContentRangeHeaderValue? RangeOf(string head)
    {
        const string name = "content-range:";
        var line = head.Split("\r\n").FirstOrDefault(l => l.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        return line is not null && ContentRangeHeaderValue.TryParse(line[name.Length..].Trim(), out var range) ? range : null;
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage answer, int limit, CancellationToken cancellationToken)
    {
        var body = new byte[limit];
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return body[..await stream.ReadAtLeastAsync(body, limit, throwOnEndOfStream: false, cancellationToken)];
    }
}
