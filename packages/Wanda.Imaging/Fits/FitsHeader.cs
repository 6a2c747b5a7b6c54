using System.Collections;
using System.Globalization;

namespace Wanda.Imaging.Fits;

/// <summary>The cards of one header, in order. Of a keyword that occurs twice the first counts, as in other FITS software.</summary>
public sealed class FitsHeader : IEnumerable<FitsCard>
{
    /// <summary>A header of more cards than this is refused: 64 MiB, many times what the longest processing history needs.</summary>
    public const int MaxCards = (64 << 20) / 2880 * 36;

    // Of more than that only the keywords are looked at that come early enough; a night's memory does not hang on one header.
    private const int MaxValues = 1 << 15;
    private const int MaxCommentary = 1 << 12;
    private const int MaxText = 1 << 15;

    private int _commentary;
    private readonly List<FitsCard> _cards = [];
    private readonly Dictionary<string, int> _first = new(StringComparer.Ordinal);

    /// <summary>Number of cards that are kept: END is not, nor are the cards behind thousands of HISTORY and COMMENT.</summary>
    public int Count => _cards.Count;

    /// <summary>
    /// Cards that break the standard (characters outside ASCII, a string without its closing quote) and were read as well as they could be.
    /// </summary>
    public int MalformedCards { get; internal set; }

    /// <summary>Reads the header at the stream's position; afterwards the stream stands at the data.</summary>
    /// <param name="stream">At most <see cref="MaxCards"/> cards are read from it, whatever it holds.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="FitsFormatException">Not a header, cut off, or too long.</exception>
    public static Task<FitsHeader> ReadAsync(Stream stream, CancellationToken cancellationToken = default) =>
        FitsHeaderReader.ReadAsync(stream, FitsHeaderReader.Primary, cancellationToken);

    /// <summary>Adds a string, continued over several cards when it is long (FITS Standard 4.0, section 4.2.1.2).</summary>
    /// <param name="keyword">At most 8 of A-Z, 0-9, hyphen and underscore.</param>
    /// <param name="value">Characters outside ASCII 32 to 126 are written as '?'.</param>
    /// <param name="comment">Left out when it does not fit.</param>
    /// <exception cref="ArgumentException">The keyword is not one.</exception>
    public FitsHeader Add(string keyword, string value, string? comment = null) =>
        Add(new FitsCard(Checked(keyword), value, comment, IsString: true));

    /// <summary>Adds an integer.</summary>
    /// <inheritdoc cref="Add(string, string, string?)"/>
    public FitsHeader Add(string keyword, long value, string? comment = null) =>
        Add(new FitsCard(Checked(keyword), value.ToString(CultureInfo.InvariantCulture), comment));

    /// <summary>Adds a real number; it must be finite, FITS has no other.</summary>
    /// <inheritdoc cref="Add(string, string, string?)"/>
    public FitsHeader Add(string keyword, double value, string? comment = null)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{keyword} must be a finite number.");
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return Add(new FitsCard(Checked(keyword), text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text, comment));
    }

    /// <summary>Adds a logical value.</summary>
    /// <inheritdoc cref="Add(string, string, string?)"/>
    public FitsHeader Add(string keyword, bool value, string? comment = null) =>
        Add(new FitsCard(Checked(keyword), value ? "T" : "F", comment));

    /// <summary>The value as text, or null when the keyword is absent or has no value.</summary>
    public string? GetString(string keyword) => Find(keyword)?.Value;

    /// <summary>The value as an integer (2.0 counts as 2), or null.</summary>
    public long? GetInteger(string keyword) => Find(keyword)?.AsInteger();

    /// <summary>The value as a finite number, or null.</summary>
    public double? GetReal(string keyword) => Find(keyword)?.AsReal();

    /// <summary>The value as T or F, or null.</summary>
    public bool? GetLogical(string keyword) => Find(keyword)?.Value switch { "T" => true, "F" => false, _ => null };

    /// <inheritdoc/>
    public IEnumerator<FitsCard> GetEnumerator() => _cards.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal FitsHeader Add(FitsCard card)
    {
        _first.TryAdd(card.Keyword, _cards.Count);
        _cards.Add(card);
        return this;
    }

    // A long string goes on in CONTINUE cards when it ends with an ampersand.
    internal void AddParsed(FitsCard card)
    {
        if (card is { Keyword: "CONTINUE", IsString: true } && _cards.Count > 0 && _cards[^1] is { IsString: true, Value: [.., '&'] } last)
        {
            if (last.Value.Length < MaxText)
                _cards[^1] = last with { Value = last.Value[..^1] + card.Value, Comment = card.Comment ?? last.Comment };
        }
        else if (card.Value is null ? _commentary++ < MaxCommentary : _cards.Count < MaxValues + MaxCommentary)
        {
            Add(card);
        }
    }

    internal FitsCard? Find(string keyword) => _first.TryGetValue(keyword, out var index) ? _cards[index] : null;

    private static string Checked(string keyword) =>
        keyword.Length is > 0 and <= 8 && keyword.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            ? keyword
            : throw new ArgumentException(
                $"'{keyword}' is not a FITS keyword: 1 to 8 characters of A-Z, 0-9, hyphen and underscore.", nameof(keyword));
}
