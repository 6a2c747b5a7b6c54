namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>Which pins of a daemon keep what.</summary>
internal static class KuboKeepers
{
    /// <summary>The recursive pins that keep one of these blocks, whatever they are on.</summary>
    public static async Task<List<KuboPin>> KeepersAsync(this KuboClient kubo, params Cid[] blocks)
    {
        var hashes = blocks.Select(b => b.Hash).ToHashSet();
        var keepers = new List<KuboPin>();
        foreach (var pin in await kubo.Pins.ListAsync(PinMode.Recursive).ToListAsync())
        {
            try
            {
                if (await kubo.Blocks.ListAsync(pin.Cid).AnyAsync(b => hashes.Contains(b.Cid.Hash)))
                    keepers.Add(pin);
            }
            catch (BlockNotFoundException)
            {
                // unpinned and collected meanwhile, or what a test is about
            }
        }

        return keepers;
    }
}
