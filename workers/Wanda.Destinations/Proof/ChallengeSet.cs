using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Destinations;

/// <summary>
/// Several possession questions answered in one pass: what <see cref="PossessionDigest"/> computes, for one fresh nonce each.
/// </summary>
public sealed class ChallengeSet : IDisposable
{
    /// <summary>The length of each nonce.</summary>
    public const int NonceBytes = 32;

    private readonly List<(byte[] Nonce, IncrementalHash Hash)> _all = [];

    /// <param name="count">How many questions.</param>
    public ChallengeSet(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
            var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(nonce);
            _all.Add((nonce, hash));
        }
    }

    /// <summary>The nonce of one of them.</summary>
    public byte[] NonceOf(int index) => _all[index].Nonce;

    /// <summary>Takes the next block in the order of <see cref="Dag"/>.</summary>
    public void Append(ReadOnlySpan<byte> block)
    {
        foreach (var (_, hash) in _all)
            hash.AppendData(block);
    }

    /// <summary>The questions and their answers.</summary>
    public IReadOnlyList<PossessionChallenge> Complete() =>
        _all.ConvertAll(c => new PossessionChallenge(c.Nonce, c.Hash.GetHashAndReset()));

    /// <inheritdoc/>
    public void Dispose() => _all.ForEach(c => c.Hash.Dispose());
}
