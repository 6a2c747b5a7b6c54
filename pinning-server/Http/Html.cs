using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Wanda.PinningServer;

/// <summary>
/// HTML as it is sent. It is made from literals of this program only: whatever is put into one is encoded, for text and for a quoted
/// attribute, unless it is such HTML itself.
/// </summary>
internal readonly struct Html
{
    private readonly string? _text;

    private Html(string text) => _text = text;

    /// <summary>Nothing.</summary>
    public static Html None => default;

    /// <summary>A literal with what is in its holes.</summary>
    public static Html Of(Template template) => new(template.Text);

    /// <summary>One after the other.</summary>
    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(p => p._text)));

    public override string ToString() => _text ?? "";

    /// <summary>What the compiler makes of an interpolated literal.</summary>
    [InterpolatedStringHandler]
    public readonly struct Template(int literalLength, int holes)
    {
        private readonly StringBuilder _text = new(literalLength + 16 * holes);

        public string Text => _text.ToString();

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(string? text) => _text.Append(HtmlEncoder.Default.Encode(text ?? ""));

        public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(Html html) => _text.Append(html._text);

        public void AppendFormatted(IEnumerable<Html> parts) => _text.AppendJoin("", parts);
    }
}
