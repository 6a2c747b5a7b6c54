using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Wanda.Destinations.Check;

namespace Wanda.Destinations.Tests.Check;

/// <summary>The forms that an answer to a request for a range may have (RFC 9110, section 14).</summary>
public class ByteRangeTests
{
    private const int From = 20;
    private const int Length = 30;

    private readonly byte[] _all = RandomNumberGenerator.GetBytes(100);

    private byte[] Wanted => _all[From..(From + Length)];

    [Fact]
    public async Task The_range_itself()
    {
        Assert.Equal(Wanted, (await ReadAsync(Single("bytes 20-49/100", Wanted))).Bytes);
        Assert.Equal(Wanted, (await ReadAsync(Single("bytes 20-49/*", Wanted))).Bytes);
    }

    [Fact]
    public async Task All_of_it()
    {
        var read = await ReadAsync(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(_all) });

        Assert.Equal(Wanted, read.Bytes);
        Assert.True(read.WasWhole);
    }

    [Theory]
    [InlineData("part")]
    [InlineData("\"p a=r:t\"")]
    public async Task Parts_of_which_one_is_the_range(string boundary)
    {
        var answer = Parts(boundary, ("bytes 0-9/100", _all[..10]), ("bytes 20-49/100", Wanted), ("bytes 90-99/100", _all[90..]));

        Assert.Equal(Wanted, (await ReadAsync(answer)).Bytes);
    }

    [Fact]
    public async Task Bytes_that_look_like_a_boundary_are_bytes()
    {
        "\r\n--part\r\nContent-Range: bytes"u8.CopyTo(_all.AsSpan(0));
        "\r\n--part--\r\n\r\n"u8.CopyTo(_all.AsSpan(From + 3));

        Assert.Equal(Wanted, (await ReadAsync(Parts("part", ("bytes 0-39/100", _all[..40]), ("bytes 20-49/100", Wanted)))).Bytes);
    }

    [Fact]
    public async Task What_is_none_of_these_is_nothing()
    {
        HttpResponseMessage[] answers =
        [
            Single("bytes 21-50/100", _all[21..51]), // another range
            Single("bytes 20-49/200", Wanted),
            Single("bytes 20-49/100", _all[20..40]), // cut
            Single("lines 20-49/100", Wanted),
            new(HttpStatusCode.OK) { Content = new ByteArrayContent(_all[..99]) },
            new(HttpStatusCode.NoContent),
            Parts("part"),
            Parts("part", ("bytes 0-9/100", _all[..10])),
            Parts("part", ("bytes 20-49/100", _all[20..30])),
            Parts("part", ("bytes 0-99999999999/100", _all)),
            Parts("part", ("nonsense", _all)),
            Parts("", ("bytes 20-49/100", Wanted)),
            Parts(new string('x', 71), ("bytes 20-49/100", Wanted)),
        ];
        foreach (var answer in answers)
            Assert.Null((await ReadAsync(answer)).Bytes);
    }

    private Task<ByteRange> ReadAsync(HttpResponseMessage answer) => ByteRange.ReadAsync(answer, From, Length, _all.Length, default);

    private static HttpResponseMessage Single(string range, byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentRange = ContentRangeHeaderValue.Parse(range);
        return new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = content };
    }

    private static HttpResponseMessage Parts(string boundary, params (string Range, byte[] Bytes)[] parts)
    {
        var mark = boundary.Trim('"');
        var body = new MemoryStream();
        foreach (var (range, bytes) in parts)
        {
            body.Write(Encoding.ASCII.GetBytes(
                $"\r\n--{mark}\r\nContent-Type: application/octet-stream\r\ncontent-range: {range}\r\n\r\n"));
            body.Write(bytes);
        }

        body.Write(Encoding.ASCII.GetBytes($"\r\n--{mark}--\r\n"));
        var content = new ByteArrayContent(body.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/byteranges; boundary={boundary}");
        return new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = content };
    }
}
