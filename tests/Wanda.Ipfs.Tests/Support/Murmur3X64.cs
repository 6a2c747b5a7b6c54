using System.Buffers.Binary;
using System.Numerics;

namespace Wanda.Ipfs.Tests.Support;

/// <summary>MurmurHash3 x64 128 with seed 0, its first 64 bits: written anew from its description, to hold the product's against.</summary>
internal static class Murmur3X64
{
    private const ulong C1 = 0x87c37b91114253d5, C2 = 0x4cf5ad432745937f;

    public static ulong Hash(byte[] data)
    {
        ulong h1 = 0, h2 = 0;
        int whole = data.Length / 16 * 16;
        for (int i = 0; i < whole; i += 16)
        {
            h1 ^= First(BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(i)));
            h1 = (BitOperations.RotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= Second(BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(i + 8)));
            h2 = (BitOperations.RotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }

        byte[] tail = new byte[16];
        data.AsSpan(whole).CopyTo(tail);
        h2 ^= Second(BinaryPrimitives.ReadUInt64LittleEndian(tail.AsSpan(8)));
        h1 ^= First(BinaryPrimitives.ReadUInt64LittleEndian(tail));
        h1 ^= (ulong)data.Length;
        h2 ^= (ulong)data.Length;
        h1 += h2;
        h2 += h1;
        return Mix(h1) + Mix(h2);
    }

    private static ulong First(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Second(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Mix(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
