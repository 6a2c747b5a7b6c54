using System.Buffers;

namespace Wanda.Notify;

/// <summary>Where an ntfy server is, and which topic.</summary>
public sealed record NtfyOptions
{
    private static readonly SearchValues<char> TopicCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>
    /// The topic's address, such as <c>https://ntfy.example.org/wanda</c>. Whoever knows a topic that the server guards with no token reads
    /// it, so it is told nowhere.
    /// </summary>
    public required Uri Address { get; init; }

    /// <summary>A file with an access token (<c>tk_...</c>). Default none. It goes over TLS or to this machine only.</summary>
    public string? TokenFile { get; init; }

    /// <summary>How long it tries.</summary>
    public SendingOptions Sending { get; init; } = new();

    internal string Topic => Address.Segments[^1];

    internal Uri Server => new(Address, ".");

    /// <summary>Where it goes; neither the topic nor the path.</summary>
    public override string ToString() => $"ntfy at {Address.Authority}";

    internal IEnumerable<string> Errors()
    {
        if (!JsonPost.IsWeb(Address) || Address.Query.Length > 0 || Topic.Length is 0 or > 64
            || Topic.AsSpan().ContainsAnyExcept(TopicCharacters))
        {
            yield return "write the address of a topic, such as https://ntfy.example.org/wanda, its name of 1 to 64 letters, digits, '-' "
                + "or '_', without a password.";
        }
        else if (TokenFile is not null && !JsonPost.IsSafe(Address))
        {
            yield return $"a token goes to {Address.Host} over https:// only.";
        }

        if (TokenFile is not null && !File.Exists(TokenFile))
            yield return $"the token file {TokenFile} does not exist.";
    }
}
