using System.Security.Cryptography;

namespace Wanda.PinningServer;

/// <summary><c>Upload-Checksum</c>: an algorithm and the hash of a part in base64, as in <c>sha256 47DEQ…</c>.</summary>
internal sealed class PartChecksum : IDisposable
{
    /// <summary>
    /// As <c>Tus-Checksum-Algorithm</c> lists them. The protocol asks for sha1: it is there against bad lines and nothing else.
    /// </summary>
    public const string Algorithms = "sha1,sha256";

    private const int NoMatch = 460; // The protocol's own.

    private readonly IncrementalHash _hash;
    private readonly byte[] _expected;

    private PartChecksum(IncrementalHash hash, byte[] expected) => (_hash, _expected) = (hash, expected);

    /// <returns>Null when the part has none.</returns>
    /// <exception cref="ApiException">400: the algorithm is unknown here, or it is no hash of its length.</exception>
    public static PartChecksum? Read(string header)
    {
        if (header.Length == 0)
            return null;
        string[] words = header.Split(' ', 2);
        var algorithm = words[0] switch
        {
            "sha1" => HashAlgorithmName.SHA1,
            "sha256" => HashAlgorithmName.SHA256,
            _ => throw ApiException.BadRequest($"Upload-Checksum must begin with one of {Algorithms}."),
        };
        var hash = IncrementalHash.CreateHash(algorithm);
        byte[] expected = new byte[hash.HashLengthInBytes];
        if (words.Length == 2 && Convert.TryFromBase64String(words[1], expected, out int length) && length == expected.Length)
            return new(hash, expected);
        hash.Dispose();
        throw ApiException.BadRequest($"Upload-Checksum: {words[0]} has {expected.Length} bytes, in base64.");
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <exception cref="ApiException">460: other bytes came than were sent.</exception>
    public void Require()
    {
        if (!_hash.GetHashAndReset().AsSpan().SequenceEqual(_expected))
        {
            throw new ApiException(NoMatch, "CHECKSUM_MISMATCH",
                "The part does not have its Upload-Checksum: the line damaged it. Nothing of it was kept; send it again.");
        }
    }

    public void Dispose() => _hash.Dispose();
}
