using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// The path of a request as its bytes are: routing has made text of it, in which a name of other bytes than UTF-8 and a name with percent
/// signs cannot be told apart any more.
/// </summary>
/// <param name="Names">What follows the CID.</param>
/// <param name="IsClean">No empty, <c>.</c> or <c>..</c> among the names that came.</param>
internal sealed record GatewayPath(IReadOnlyList<string> Names, bool IsClean)
{
    /// <exception cref="ApiException">400: the path leads out of /ipfs.</exception>
    public static GatewayPath Of(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        string path = target.StartsWith('/') ? target : context.Request.Path.ToUriComponent();
        int end = path.AsSpan().IndexOfAny('?', '#');
        // The slash at the end says only that a directory is meant.
        string[] names = Unescape(end < 0 ? path : path[..end])[1..].Split('/');
        var clean = new List<string>();
        foreach (string name in names)
        {
            if (name == ".." && clean.Count > 0)
                clean.RemoveAt(clean.Count - 1);
            else if (name is not ("" or "." or ".."))
                clean.Add(name);
        }

        if (clean is not ["ipfs", _, ..])
            throw ApiException.BadRequest("A path here is /ipfs, a CID, and perhaps names.");
        int empty = names[^1].Length == 0 ? 1 : 0;
        return new(clean[2..], clean.Count == names.Length - empty);
    }

    /// <summary>The names as they stand in an address, each after a slash.</summary>
    public string Escaped => string.Concat(Names.Select(n => "/" + Escape(n)));

    /// <summary>A name as it stands in an address: everything but letters, digits and <c>-._~</c> percent-encoded.</summary>
    public static string Escape(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (byte b in DagPbName.Encode(name))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
                text.Append((char)b);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return text.ToString();
    }

    private static string Unescape(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool isEscaped = bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1])
                && char.IsAsciiHexDigit((char)bytes[i + 2]);
            bytes[length++] = isEscaped ? Convert.FromHexString(Encoding.ASCII.GetString(bytes, i + 1, 2))[0] : bytes[i];
            i += isEscaped ? 2 : 0;
        }

        return DagPbName.Decode(bytes.AsSpan(0, length));
    }
}
