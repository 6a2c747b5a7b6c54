using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Wanda.Contracts;

namespace Wanda.Catalog.Tests.Contracts;

[Trait("Rerun", "Never")]
public sealed class RawNameTests
{
    [Theory]
    [InlineData("Light_001.fits", "4c696768745f3030312e66697473")]
    [InlineData("M 31\\x5cLIGHT", "4d2033315c4c49474854")]
    [InlineData("caf\\xe9.fits", "636166e92e66697473")]
    [InlineData("\\x0a\\x1b[31m", "0a1b5b33316d")]
    [InlineData("a\\xe2\\x80\\xaeb", "61e280ae62")] // turns the direction of writing around
    [InlineData("\u00e9e\u0301\U0001f52d", "c3a965cc81f09f94ad")] // two spellings of one letter stay two; a telescope
    [InlineData("\\xed\\xa0\\x80", "eda080")] // half of a surrogate pair
    public void Bytes_are_text_and_text_is_bytes(string text, string hex)
    {
        var name = new RawName(Convert.FromHexString(hex));
        Assert.Equal(text, name.ToString());
        Assert.Equal(name, RawName.Parse(text));
        Assert.Equal(name, JsonSerializer.Deserialize<RawName>(JsonSerializer.Serialize(name)));
    }

    [Fact]
    public void Any_bytes_come_back() => Prop.ForAll<NonEmptyArray<byte>>(bytes =>
    {
        var raw = bytes.Get.Select(b => b == 0 ? (byte)1 : b).ToArray();
        var text = new RawName(raw).ToString();
        Assert.Equal(raw, RawName.Parse(text).Bytes.ToArray());
        Assert.DoesNotContain(text.AsEnumerable(), char.IsControl);
        Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
    }).MustHold();

    [Theory]
    [InlineData("")]
    [InlineData("a\\b")]
    [InlineData("a\\x")]
    [InlineData("a\\xg0")]
    [InlineData("a\\x00")]
    public void What_is_no_escaped_name_is_not_read(string text)
    {
        Assert.Throws<FormatException>(() => RawName.Parse(text));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RawName>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void A_name_is_bounded() => Assert.Throws<FormatException>(() => new RawName(new byte[RawName.MaxBytes + 1]));
}
