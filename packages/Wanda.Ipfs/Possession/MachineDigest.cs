using System.Security.Cryptography;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>
/// Tells two programs whether they run on one machine, and tells nothing else: SHA-256 over a label, a nonce and the kernel's boot id
/// (<see cref="KernelBoot"/>). Under another nonce it is another number, so nothing is learnt that lasts.
/// </summary>
public static class MachineDigest
{
    /// <summary>How long it is, in bytes.</summary>
    public const int Length = 32;

    private static readonly byte[] Label = "wanda machine 1\n"u8.ToArray();

    /// <summary>Computes the digest.</summary>
    /// <param name="nonce">What the one who asks drew for this question.</param>
    /// <param name="bootId">The kernel's boot id.</param>
    public static byte[] Compute(ReadOnlySpan<byte> nonce, Guid bootId) =>
        SHA256.HashData([.. Label, .. nonce, .. Encoding.ASCII.GetBytes(bootId.ToString("D"))]);
}
