namespace Wanda.Ipfs.Tests.Support;

/// <summary>
/// Damages sound samples in the ways in which wires, disks and attackers do, and holds a parser to what it documents: its own exceptions, a
/// bound on memory, and an end. The first sample must pass. A round is its own seed, so what fails once fails always.
/// </summary>
internal static class Fuzz
{
    private const long MaxAllocated = 32 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // a hang, however busy the machine

    public static async Task RunAsync(IReadOnlyList<byte[]> samples, int rounds, Func<byte[], Task> parse, params Type[] documented)
    {
        for (int round = 0; round < rounds; round++)
        {
            byte[] input = round == 0 ? samples[0] : Damage(new Random(round), samples);
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                await Task.Run(() => parse(input)).WaitAsync(Patience);
            }
            catch (Exception e) when (round > 0 && documented.Any(type => type.IsInstanceOfType(e)))
            {
                // That is what it says it does.
            }
            catch (Exception e)
            {
                Assert.Fail(
                    $"Round {round}, {input.Length} bytes ({Convert.ToHexStringLower(input.AsSpan(0, Math.Min(64, input.Length)))}…): {e}");
            }

            long allocated = GC.GetTotalAllocatedBytes() - before;
            Assert.True(allocated < MaxAllocated, $"Round {round}: {allocated} bytes of memory for an input of {input.Length}.");
        }
    }

    private static byte[] Damage(Random random, IReadOnlyList<byte[]> samples)
    {
        byte[] input = [.. samples[random.Next(samples.Count)]];
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(input.Length + 1);
            input = random.Next(7) switch
            {
                0 => Flip(random, input),
                1 => input[..at],
                2 => Over(input, at, Huge(random)),
                3 => [.. input[..at], .. Huge(random), .. input[at..]],
                4 => [.. input[..at], .. samples[random.Next(samples.Count)].AsSpan()[^random.Next(1, 2)..], .. input[at..]],
                5 => [.. input[..at], .. input[random.Next(at + 1)..]], // a piece twice
                _ => Noise(random),
            };
        }

        return input;
    }

    private static byte[] Flip(Random random, byte[] input)
    {
        for (int flips = random.Next(1, 9); flips > 0 && input.Length > 0; flips--)
            input[random.Next(input.Length)] ^= (byte)(1 << random.Next(8));
        return input;
    }

    // Lengths beyond all bounds, as varints and as CBOR and JSON write them.
    private static byte[] Huge(Random random) => random.Next(6) switch
    {
        0 => [0xff, 0xff, 0xff, 0xff, 0x07],
        1 => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        2 => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        3 => [(byte)(0x5b | random.Next(4) << 5), 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        4 => "[[[[[[[[[[[[[[[["u8.ToArray(),
        _ => "99999999999999999999"u8.ToArray(),
    };

    private static byte[] Over(byte[] input, int at, byte[] what)
    {
        what.AsSpan(0, Math.Min(what.Length, input.Length - at)).CopyTo(input.AsSpan(at));
        return input;
    }

    private static byte[] Noise(Random random)
    {
        byte[] noise = new byte[random.Next(300)];
        random.NextBytes(noise);
        return noise;
    }
}
