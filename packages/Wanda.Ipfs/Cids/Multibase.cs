namespace Wanda.Ipfs;

/// <summary>
/// Bytes as text with a prefix that names the alphabet. Writes lower case; reads <c>b k f</c> and their upper-case prefixes <c>B K F</c>
/// in either case, because DNS labels and file systems change case; base58btc is case-sensitive by nature.
/// </summary>
/// <remarks>Source: the multibase table. Base32 must have zero padding bits, so that one value has one spelling.</remarks>
public static class Multibase
{
    /// <summary>The longest text that is decoded: 512 characters, well above any CID; base36 and base58 cost quadratic time.</summary>
    public const int MaxTextLength = 512;

    private const string Base32Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const string Base36Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>Encodes with the prefix of <paramref name="encoding"/>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, MultibaseEncoding encoding) => encoding switch
    {
        MultibaseEncoding.Base32 => "b" + EncodeBase32(bytes),
        MultibaseEncoding.Base36 => "k" + EncodeRadix(bytes, Base36Alphabet),
        MultibaseEncoding.Base58Btc => "z" + EncodeBase58(bytes),
        MultibaseEncoding.Base16 => "f" + Convert.ToHexStringLower(bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding)),
    };

    /// <summary>Decodes text of any known prefix.</summary>
    /// <returns>False for an unknown prefix, a character outside the alphabet, non-zero padding bits or text that is too long.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.IsEmpty || text.Length > MaxTextLength)
            return false;
        var body = text[1..];
        return text[0] switch
        {
            'b' or 'B' => TryDecodeBase32(body, out bytes),
            'k' or 'K' => TryDecodeRadix(body, Base36Alphabet, ignoreCase: true, out bytes),
            'z' => TryDecodeBase58(body, out bytes),
            'f' or 'F' => TryDecodeBase16(body, out bytes),
            _ => false,
        };
    }

    internal static string EncodeBase58(ReadOnlySpan<byte> bytes) => EncodeRadix(bytes, Base58Alphabet);

    internal static bool TryDecodeBase58(ReadOnlySpan<char> text, out byte[] bytes) =>
        TryDecodeRadix(text, Base58Alphabet, ignoreCase: false, out bytes);

    private static bool TryDecodeBase16(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    private static string EncodeBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length * 8 + 4) / 5];
        int bits = 0, buffer = 0, at = 0;
        foreach (byte b in bytes)
        {
            buffer = (buffer << 8 | b) & 0xFFF;
            for (bits += 8; bits >= 5; bits -= 5)
                text[at++] = Base32Alphabet[buffer >> (bits - 5) & 31];
        }

        if (bits > 0)
            text[at] = Base32Alphabet[buffer << (5 - bits) & 31];
        return new(text);
    }

    private static bool TryDecodeBase32(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length * 5 / 8];
        int bits = 0, buffer = 0, at = 0;
        foreach (char c in text)
        {
            int digit = Digit(c, Base32Alphabet, ignoreCase: true);
            if (digit < 0)
                return false;
            buffer = (buffer << 5 | digit) & 0xFFF;
            if ((bits += 5) >= 8)
            {
                bits -= 8;
                bytes[at++] = (byte)(buffer >> bits);
            }
        }

        return bits < 5 && (buffer & ((1 << bits) - 1)) == 0;
    }

    // Base 36 and 58 treat the bytes as one big number; leading zero bytes become leading zero digits.
    private static string EncodeRadix(ReadOnlySpan<byte> bytes, string alphabet)
    {
        int zeros = bytes.IndexOfAnyExcept((byte)0) is var first && first < 0 ? bytes.Length : first;
        Span<byte> digits = new byte[bytes.Length * 2 + 1];
        int used = 0;
        foreach (byte b in bytes[zeros..])
        {
            int carry = b;
            for (int i = 0; i < used || carry > 0; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % alphabet.Length);
                carry /= alphabet.Length;
                used = Math.Max(used, i + 1);
            }
        }

        var text = new char[zeros + used];
        text.AsSpan(0, zeros).Fill(alphabet[0]);
        for (int i = 0; i < used; i++)
            text[zeros + i] = alphabet[digits[used - 1 - i]];
        return new(text);
    }

    private static bool TryDecodeRadix(ReadOnlySpan<char> text, string alphabet, bool ignoreCase, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > MaxTextLength)
            return false;
        int zeros = text.IndexOfAnyExcept(alphabet[0]) is var first && first < 0 ? text.Length : first;
        Span<byte> number = new byte[text.Length];
        int used = 0;
        foreach (char c in text[zeros..])
        {
            int carry = Digit(c, alphabet, ignoreCase);
            if (carry < 0)
                return false;
            for (int i = 0; i < used || carry > 0; i++)
            {
                carry += number[i] * alphabet.Length;
                number[i] = (byte)carry;
                carry >>= 8;
                used = Math.Max(used, i + 1);
            }
        }

        bytes = new byte[zeros + used];
        number[..used].CopyTo(bytes.AsSpan(zeros));
        bytes.AsSpan(zeros).Reverse();
        return true;
    }

    private static int Digit(char c, string alphabet, bool ignoreCase) =>
        alphabet.IndexOf(ignoreCase && char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c);
}
