using System.Buffers;

namespace Wanda.PinningServer;

/// <summary>A node that may store here. Exactly one of <see cref="TokenSha256"/> and <see cref="TokenFile"/> is set.</summary>
public sealed record NodeOptions
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>1 to 64 letters, digits, <c>-</c>, <c>_</c> or <c>.</c>; pins belong to it, so it must not change.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The hash of the node's token (<see cref="AccessToken.Hash"/>), 64 hexadecimal digits: what a configuration file should hold.
    /// </summary>
    public string? TokenSha256 { get; init; }

    /// <summary>A file whose content is the token itself, for a node on the same machine; hashed at start.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Bytes the node may keep here, 1 or more. Default: what the disk has.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>From then on the token is refused. Default never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether it may add and read only, and remove none of its pins. Default false.</summary>
    public bool AddOnly { get; init; }

    /// <summary>
    /// Whether <c>/metrics</c> tells it of the whole server and of every node: for a node of the operator's own. Default false: of itself
    /// only.
    /// </summary>
    public bool ReadsMetrics { get; init; }

    internal static bool IsName(string? name) => name is { Length: >= 1 and <= 64 } && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    internal IEnumerable<string> Errors()
    {
        if (!IsName(Name))
            yield return $"Nodes has the name \"{Name}\"; write 1 to 64 letters, digits, '-', '_' or '.'.";
        if (TokenSha256 is null == TokenFile is null)
            yield return $"Node {Name} needs either TokenSha256 or TokenFile, and not both.";
        if (TokenSha256 is not null && (TokenSha256.Length != 64 || !TokenSha256.All(char.IsAsciiHexDigit)))
            yield return $"Node {Name}: TokenSha256 must be 64 hexadecimal digits, the SHA-256 of the token.";
        if (TokenFile is not null && !File.Exists(TokenFile))
            yield return $"Node {Name}: TokenFile {TokenFile} does not exist; write the file that its token is in.";
        if (QuotaBytes < 1)
            yield return $"Node {Name}: QuotaBytes is {QuotaBytes}; write 1 or more, or leave it out.";
    }
}
