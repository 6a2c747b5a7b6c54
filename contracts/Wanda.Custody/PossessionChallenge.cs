namespace Wanda.Custody;

/// <summary>A possession question and its answer, made while the frame's bytes were at hand. It is asked once.</summary>
/// <param name="Nonce">What the destination is told: random, and told to nobody before.</param>
/// <param name="Digest">What it must answer.</param>
public sealed record PossessionChallenge(byte[] Nonce, byte[] Digest);
