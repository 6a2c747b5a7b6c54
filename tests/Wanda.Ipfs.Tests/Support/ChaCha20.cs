using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Wanda.Ipfs.Tests.Support;

/// <summary>The keystream that the published fixtures are made of: key SHA-256(seed), nonce and counter zero (RFC 8439).</summary>
internal static class ChaCha20
{
    public static byte[] Keystream(string seed, int length)
    {
        byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        var initial = new uint[16];
        "expa"u8.ToArray().Concat("nd 3"u8.ToArray()).Concat("2-by"u8.ToArray()).Concat("te k"u8.ToArray()).Concat(key).Chunk(4)
            .Select((word, i) => (word, i)).ToList().ForEach(p => initial[p.i] = BinaryPrimitives.ReadUInt32LittleEndian(p.word));

        var stream = new byte[(length + 63) / 64 * 64];
        var x = new uint[16];
        for (int at = 0; at < stream.Length; at += 64, initial[12]++)
        {
            initial.CopyTo(x, 0);
            for (int round = 0; round < 10; round++)
            {
                for (int i = 0; i < 4; i++)
                    Quarter(x, i, 4 + i, 8 + i, 12 + i);
                for (int i = 0; i < 4; i++)
                    Quarter(x, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
            }

            for (int i = 0; i < 16; i++)
                BinaryPrimitives.WriteUInt32LittleEndian(stream.AsSpan(at + 4 * i), x[i] + initial[i]);
        }

        return stream[..length];
    }

    private static void Quarter(uint[] x, int a, int b, int c, int d)
    {
        x[d] = BitOperations.RotateLeft(x[d] ^ (x[a] += x[b]), 16);
        x[b] = BitOperations.RotateLeft(x[b] ^ (x[c] += x[d]), 12);
        x[d] = BitOperations.RotateLeft(x[d] ^ (x[a] += x[b]), 8);
        x[b] = BitOperations.RotateLeft(x[b] ^ (x[c] += x[d]), 7);
    }
}
