namespace Wanda.Destinations.Tests.Support;

internal static class TestFrames
{
    public static byte[] Noise(int bytes, int seed = 1)
    {
        var noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }
}
