using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>A server's answer to a possession challenge. It proves nothing before the digest is compared with our own.</summary>
/// <param name="Digest">The SHA-256 of the nonce and its bytes; see <see cref="PossessionDigest"/>.</param>
/// <param name="Pinned">Whether it will keep them.</param>
/// <param name="Bytes">How many bytes it hashed.</param>
public sealed record PossessionAnswer(byte[] Digest, bool Pinned, long Bytes)
{
    /// <summary>Whether what it takes is on its disk before it says so; null when it does not say, as servers before 0.4.</summary>
    public Flushing? Flushes { get; init; }

    /// <summary>
    /// Its <see cref="MachineDigest"/> under the nonce of the question; null when it does not tell which machine it is on.
    /// </summary>
    public byte[]? Machine { get; init; }

    internal static PossessionAnswer Read(JsonElement json) => new(
        json.Find("digest") is { ValueKind: JsonValueKind.String } digest && digest.TryGetBytesFromBase64(out byte[]? bytes)
            ? bytes
            : throw new JsonException("\"digest\" is no base64."),
        json.Find("pinned") is { ValueKind: JsonValueKind.True },
        json.NumberOrNull("bytes") ?? 0)
    {
        Flushes = json.Find("flushes") switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } flushes when flushes.ValueEquals("yes"u8) => Flushing.Yes,
            { ValueKind: JsonValueKind.String } flushes when flushes.ValueEquals("no"u8) => Flushing.No,
            _ => Flushing.Unknown,
        },
        Machine = json.Find("machine") is { ValueKind: JsonValueKind.String } machine
            && machine.TryGetBytesFromBase64(out byte[]? told) && told.Length == MachineDigest.Length
            ? told
            : null,
    };
}
