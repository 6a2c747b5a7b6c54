using System.Buffers;
using System.Globalization;
using System.Text;

namespace Wanda.Ops.Web;

/// <summary>How a download is called (RFC 6266): in full for who reads UTF-8 (RFC 8187), and in plain ASCII for who does not.</summary>
internal static class Attachment
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> Plain = SearchValues.Create(LettersAndDigits + " ._-~+()[]");

    // attr-char of RFC 8187.
    private static readonly SearchValues<byte> AsIs = SearchValues.Create(Encoding.ASCII.GetBytes(LettersAndDigits + "!#$&+-.^_`|~"));

    /// <summary>The value of Content-Disposition for a file of this name.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder("attachment; filename=\"");
        foreach (var letter in name)
            text.Append(Plain.Contains(letter) ? letter : '_');
        text.Append("\"; filename*=UTF-8''");
        foreach (var value in Encoding.UTF8.GetBytes(name))
        {
            if (AsIs.Contains(value))
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return text.ToString();
    }
}
