using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Wanda.Imaging.Fits;
using Wanda.Imaging.Tests.Support;

namespace Wanda.Imaging.Tests.Fits;

[Trait("Rerun", "Never")]
public class FitsHeaderTests
{
    [Fact]
    public async Task Reads_values_as_the_standard_writes_them()
    {
        var header = await ReadAsync(
            "SIMPLE  =                    T / conforms",
            "NAME    = 'O''Neill''s star  '  / quotes are doubled",
            "EMPTY   = ''",
            "UNDEF   =                      / no value",
            "SLASH   = 'a/b'",
            "DOUBLE  =            -1.25D+03 / FORTRAN",
            "FREE    = 42",
            "HISTORY calibrated",
            "HIERARCH ESO DET GAIN = 3.5 / long keyword");
        Assert.True(header.GetLogical("SIMPLE"));
        Assert.Equal("O'Neill's star", header.GetString("NAME"));
        Assert.Equal("", header.GetString("EMPTY"));
        Assert.Null(header.GetString("UNDEF"));
        Assert.Equal("a/b", header.GetString("SLASH"));
        Assert.Equal(-1250, header.GetReal("DOUBLE"));
        Assert.Equal(-1250, header.GetInteger("DOUBLE"));
        Assert.Equal(42, header.GetInteger("FREE"));
        Assert.Equal(3.5, header.GetReal("ESO DET GAIN"));
        Assert.Equal("conforms", header.First().Comment);
        Assert.Equal(0, header.MalformedCards);
    }

    [Fact]
    public async Task Bad_cards_are_read_as_well_as_they_can_be()
    {
        var header = await ReadAsync("SIMPLE  =                    T", "OPEN    = 'no closing quote", "Björn   = 1",
            "GAIN    = twelve", "========");
        Assert.Equal("no closing quote", header.GetString("OPEN"));
        Assert.Null(header.GetReal("GAIN"));
        Assert.Equal(2, header.MalformedCards);
    }

    [Theory]
    [InlineData("END")]
    [InlineData("END\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("END\0 \0\0\0")]
    [InlineData("END / that is all")]
    [InlineData("end")]
    public async Task The_end_is_found_as_other_software_finds_it(string end)
    {
        var header = await ReadRawAsync("SIMPLE  =                    T", "GAIN    = 1", "ENDTIME = 2", end, "OFFSET  = 3");
        Assert.Equal((1, 2, null), (header.GetInteger("GAIN"), header.GetInteger("ENDTIME"), header.GetInteger("OFFSET")));
    }

    [Fact]
    public async Task Lower_case_keywords_and_decimal_commas_are_read()
    {
        var header = await ReadAsync("SIMPLE  =                    T", "exptime = 120,5", "CCD-TEMP= -10,1", "Gain    = '1,5'",
            "LIST    = 1,2,3", "COMPLEX = (1,2)");
        Assert.Equal((120.5, -10.1, 1.5), (header.GetReal("EXPTIME"), header.GetReal("CCD-TEMP"), header.GetReal("GAIN")));
        Assert.Equal((null, null), (header.GetReal("LIST"), header.GetReal("COMPLEX")));
        Assert.Equal(3, FrameMetadata.From(header).Remarks.Count(r => r.Contains("comma", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(800_000)]
    public async Task Keywords_behind_a_long_history_are_read(int history)
    {
        string[] cards = ["SIMPLE  =                    T", .. Enumerable.Repeat("HISTORY stacked", history), "EXPTIME = 30"];
        var header = await ReadAsync(cards);
        Assert.Equal(30, header.GetReal("EXPTIME"));
        Assert.InRange(header.Count, 3, 10_000);
    }

    [Fact]
    public async Task The_first_of_two_equal_keywords_counts()
    {
        Assert.Equal(1, (await ReadAsync("SIMPLE  =  T", "GAIN    = 1", "GAIN    = 2")).GetInteger("GAIN"));
    }

    [Fact]
    public async Task A_header_without_end_is_refused_before_it_costs_memory()
    {
        var endless = new EndlessHeader();
        var e = await Assert.ThrowsAsync<FitsFormatException>(() => FitsHeader.ReadAsync(endless));
        Assert.Equal(FitsFault.HeaderTooLong, e.Fault);
        Assert.InRange(endless.Delivered, 1, FitsHeader.MaxCards * FitsCard.Length);
    }

    [Theory]
    [InlineData(0, FitsFault.HeaderTruncated)]
    [InlineData(5, FitsFault.NotFits)]
    [InlineData(2000, FitsFault.HeaderTruncated)]
    public async Task A_header_that_is_cut_off_says_so(int length, FitsFault fault)
    {
        var header = Frames.Image(16, 10, 10)[..length];
        var e = await Assert.ThrowsAsync<FitsFormatException>(() => FitsHeader.ReadAsync(new MemoryStream(header)));
        Assert.Equal(fault, e.Fault);
    }

    /// <summary>What is written is read back: any printable text of any length, any finite number.</summary>
    [Fact]
    public void Written_values_are_read_back()
    {
        var text = Gen.Elements("abc'&/ =XYZ123".ToCharArray()).ArrayOf().Select(c => new string(c).TrimEnd(' '));
        var values =
            from t in text
            from r in ArbMap.Default.GeneratorFor<NormalFloat>()
            from i in ArbMap.Default.GeneratorFor<long>()
            select (t,
                r.Get, i);
        Prop.ForAll(values.ToArbitrary(), v => RoundTripAsync(v.t, v.Get, v.i).GetAwaiter().GetResult()).MustHold();
    }

    [Fact]
    public async Task A_long_string_is_not_torn_apart_in_a_doubled_quote()
    {
        for (var length = 60; length < 150; length++)
            Assert.True(await RoundTripAsync(new string('\'', length) + "&", 0.1, long.MinValue));
    }

    private static async Task<bool> RoundTripAsync(string text, double real, long integer)
    {
        var cards = new FitsHeader().Add("TEXT", text, "a comment").Add("REAL", real).Add("INTEGER", integer).Add("LOGICAL", false);
        var header = await FitsHeader.ReadAsync(new MemoryStream(await Frames.FitsAsync(1, 1, (_, _) => 0, cards)));
        return header.GetString("TEXT") == text && header.GetReal("REAL") == real && header.GetInteger("INTEGER") == integer
            && header.GetLogical("LOGICAL") == false;
    }

    private static Task<FitsHeader> ReadRawAsync(params string[] cards) => FitsHeader.ReadAsync(
        new MemoryStream(Encoding.Latin1.GetBytes(string.Concat(cards.Select(c => c.PadRight(80))).PadRight(2880))));

    private static Task<FitsHeader> ReadAsync(params string[] cards)
    {
        var bytes = Frames.Header(cards);
        if (cards.Any(c => c.Contains('ö')))
            bytes = Encoding.Latin1.GetBytes(string.Concat(cards.Append("END").Select(c => c.PadRight(80))).PadRight(2880));
        return FitsHeader.ReadAsync(new MemoryStream(bytes));
    }

    private sealed class EndlessHeader : Stream
    {
        public long Delivered { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Delivered; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            if (Delivered == 0)
                "SIMPLE  ="u8.CopyTo(buffer.Span);
            Delivered += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
