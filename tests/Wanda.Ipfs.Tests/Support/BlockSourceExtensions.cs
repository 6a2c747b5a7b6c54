namespace Wanda.Ipfs.Tests.Support;

internal static class BlockSourceExtensions
{
    public static async Task<byte[]> GetAsync(this IBlockSource source, Cid cid) =>
        (await source.ReadAsync(cid, new byte[Block.MaxBytes], CancellationToken.None)).Data.ToArray();

    public static async Task<byte[]> ReadFileAsync(this IBlockSource source, Cid cid)
    {
        await using var stream = await UnixFsReader.OpenAsync(source, cid);
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
