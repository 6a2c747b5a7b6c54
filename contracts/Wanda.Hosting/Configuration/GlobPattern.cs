using System.Buffers;
using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace Wanda.Hosting;

/// <summary>
/// A pattern for files below a watched folder, as shells and <c>.gitignore</c> have them: <c>*</c> and <c>?</c> stand for anything but a
/// slash, <c>**</c> for folders as well, <c>[a-z]</c> and <c>[!a-z]</c> for one character; a backslash takes away the next one's meaning.
/// Without a slash it is held against the name in any folder. Case does not matter. The work is at most length of name times length of
/// pattern, whatever they are.
/// </summary>
[TypeConverter(typeof(Converter))]
public sealed class GlobPattern
{
    /// <summary>Characters that a pattern may have.</summary>
    public const int MaxLength = 512;

    // Above Unicode: a byte that is no UTF-8, itself, so that a name of such bytes has characters too.
    private const int NoUtf8 = 0x110000;

    private readonly List<Token> _tokens = [];
    private readonly string _text;
    private readonly bool _wholePath;

    private GlobPattern(string text) => (_text, _wholePath) = (text, text.Contains('/'));

    private enum TokenKind
    {
        One,
        AnyOne,
        OneOf,
        Any,
        AnyPath,
        Folders,
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is none; the message says why, and what to write.</exception>
    public static GlobPattern Parse(string text)
    {
        if (text.Length is 0 or > MaxLength)
            throw new FormatException($"a pattern has 1 to {MaxLength} characters. Write one as \"*.fits\" or \"flats/**\"");
        if (text[0] == '/' || text.Contains("//", StringComparison.Ordinal))
            throw new FormatException($"'{text}' is no path below the folder. Leave the slash at its beginning, or one of two, away");
        var pattern = new GlobPattern(text);
        pattern.Read([.. text.EnumerateRunes().Select(r => r.Value)]);
        return pattern;
    }

    /// <summary>Whether a file is meant.</summary>
    /// <param name="path">Below the watched folder, with '/', in bytes.</param>
    public bool IsMatch(ReadOnlySpan<byte> path)
    {
        var text = Characters(_wholePath ? path : path[(path.LastIndexOf((byte)'/') + 1)..]);
        // Which tokens the text so far may stand before; a Folders token is also passed through from within a folder's name.
        var (now, next) = (new bool[_tokens.Count + 1], new bool[_tokens.Count + 1]);
        var (within, nextWithin) = (new bool[_tokens.Count], new bool[_tokens.Count]);
        Enter(now, 0);
        foreach (var character in text)
        {
            Array.Clear(next);
            Array.Clear(nextWithin);
            for (var i = 0; i < _tokens.Count; i++)
            {
                var token = _tokens[i];
                if (token.Kind == TokenKind.Folders && (now[i] || within[i]))
                {
                    if (character == '/')
                        Enter(next, i);
                    else
                        nextWithin[i] = true;
                }
                else if (now[i] && token.Takes(character))
                {
                    Enter(next, token.Kind is TokenKind.Any or TokenKind.AnyPath ? i : i + 1);
                }
            }

            (now, next, within, nextWithin) = (next, now, nextWithin, within);
        }

        return now[^1];
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    // What stands for nothing as well is passed over at once.
    private void Enter(bool[] states, int token)
    {
        while (true)
        {
            states[token] = true;
            if (token == _tokens.Count || _tokens[token].Kind is TokenKind.One or TokenKind.AnyOne or TokenKind.OneOf)
                return;
            token++;
        }
    }

    private void Read(int[] text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '*' when i + 1 < text.Length && text[i + 1] == '*':
                    var isFolders = (i == 0 || text[i - 1] == '/') && i + 2 < text.Length && text[i + 2] == '/';
                    _tokens.Add(new Token(isFolders ? TokenKind.Folders : TokenKind.AnyPath));
                    i += isFolders ? 2 : 1;
                    break;
                case '*':
                    _tokens.Add(new Token(TokenKind.Any));
                    break;
                case '?':
                    _tokens.Add(new Token(TokenKind.AnyOne));
                    break;
                case '[':
                    i = ReadSet(text, i + 1);
                    break;
                case '\\' when i + 1 < text.Length:
                    _tokens.Add(new Token(TokenKind.One) { Ranges = [Range(text[++i])] });
                    break;
                default:
                    _tokens.Add(new Token(TokenKind.One) { Ranges = [Range(text[i])] });
                    break;
            }
        }
    }

    private int ReadSet(int[] text, int start)
    {
        var isNot = start < text.Length && text[start] is '!' or '^';
        var ranges = new List<(int From, int To)>();
        for (var i = isNot ? start + 1 : start; i < text.Length; i++)
        {
            if (text[i] == ']' && ranges.Count > 0)
            {
                _tokens.Add(new Token(TokenKind.OneOf) { Ranges = ranges, IsNot = isNot });
                return i;
            }

            var from = Lower(text[i]);
            var to = i + 2 < text.Length && text[i + 1] == '-' && text[i + 2] != ']' ? Lower(text[i += 2]) : from;
            ranges.Add((from, to));
        }

        throw new FormatException($"'{_text}' has a '[' without its ']'. Write \\\\[ for the character itself");
    }

    private static (int From, int To) Range(int character) => (Lower(character), Lower(character));

    private static List<int> Characters(ReadOnlySpan<byte> name)
    {
        var characters = new List<int>(name.Length);
        while (!name.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(name, out var rune, out var length);
            characters.Add(status == OperationStatus.Done ? Lower(rune.Value) : NoUtf8 + name[0]);
            name = name[(status == OperationStatus.Done ? length : 1)..];
        }

        return characters;
    }

    private static int Lower(int character) => Rune.TryCreate(character, out var rune) ? Rune.ToLowerInvariant(rune).Value : character;

    private sealed record Token(TokenKind Kind)
    {
        public IReadOnlyList<(int From, int To)> Ranges { get; init; } = [];

        public bool IsNot { get; init; }

        public bool Takes(int character) => Kind switch
        {
            TokenKind.AnyPath => true,
            TokenKind.Any or TokenKind.AnyOne => character != '/',
            TokenKind.OneOf => character != '/' && Ranges.Any(r => character >= r.From && character <= r.To) != IsNot,
            _ => character == Ranges[0].From,
        };
    }

    private sealed class Converter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Parse((string)value);
    }
}
