using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;

namespace Wanda.Ipfs.Tests.Support;

/// <summary>
/// The keystream that the published fixtures are made of: key SHA-256(seed), nonce and counter zero (RFC 8439), up to 256 GiB. No two
/// leaves of it are the same.
/// </summary>
internal sealed class ChaCha20
{
    private const int Blocks = 8; // side by side, one a lane
    private const int BlockBytes = 64;
    private const int StepBytes = Blocks * BlockBytes;

    private readonly Vector256<uint>[] _initial;

    public ChaCha20(string seed)
    {
        byte[] start = [.. "expand 32-byte k"u8, .. SHA256.HashData(Encoding.UTF8.GetBytes(seed)), .. new byte[16]];
        _initial = [.. start.Chunk(4).Select(word => Vector256.Create(BinaryPrimitives.ReadUInt32LittleEndian(word)))];
        _initial[12] = Vector256<uint>.Indices;
    }

    public static byte[] Keystream(string seed, int length)
    {
        var stream = new byte[(length + StepBytes - 1) / StepBytes * StepBytes];
        new ChaCha20(seed).Next(stream);
        return stream[..length];
    }

    /// <summary>The bytes that follow; a multiple of 512 of them.</summary>
    public void Next(Span<byte> stream)
    {
        Span<Vector256<uint>> x = stackalloc Vector256<uint>[16];
        for (; stream.Length >= StepBytes; stream = stream[StepBytes..])
        {
            _initial.CopyTo(x);
            for (int round = 0; round < 10; round++)
            {
                for (int i = 0; i < 4; i++)
                    Quarter(ref x[i], ref x[4 + i], ref x[8 + i], ref x[12 + i]);
                for (int i = 0; i < 4; i++)
                    Quarter(ref x[i], ref x[4 + (i + 1) % 4], ref x[8 + (i + 2) % 4], ref x[12 + (i + 3) % 4]);
            }

            for (int i = 0; i < 16; i++)
            {
                x[i] += _initial[i];
                for (int block = 0; block < Blocks; block++)
                    BinaryPrimitives.WriteUInt32LittleEndian(stream[(block * BlockBytes + 4 * i)..], x[i][block]);
            }

            _initial[12] += Vector256.Create((uint)Blocks);
        }
    }

    private static void Quarter(ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c, ref Vector256<uint> d)
    {
        d = Rotate(d ^ (a += b), 16);
        b = Rotate(b ^ (c += d), 12);
        d = Rotate(d ^ (a += b), 8);
        b = Rotate(b ^ (c += d), 7);
    }

    private static Vector256<uint> Rotate(Vector256<uint> word, int bits) => (word << bits) | (word >>> (32 - bits));
}
