using System.Text;

namespace Wanda.Ipfs;

/// <summary>What is to be uploaded.</summary>
/// <param name="length">Its length in bytes.</param>
/// <param name="metadata">What the service keeps with it; a pair without a value is left out.</param>
/// <param name="write">Writes a stretch of it: told where that begins and how long it is.</param>
internal sealed class TusFile(
    long length, IEnumerable<(string Key, string? Value)> metadata, Func<Stream, long, long, CancellationToken, Task> write)
{
    /// <summary>A CAR that is made as it is sent.</summary>
    public static TusFile OfCar(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, IEnumerable<(string Key, string? Value)> metadata,
        SeenBlock? seen = null) => new(
        CarWriter.LengthOf([root], blocks), metadata,
        (stream, offset, count, cancellationToken) =>
            CarWriter.WriteRangeAsync(stream, [root], blocks, source, offset, count, seen, cancellationToken));

    public long Length { get; } = length;

    /// <summary>As it goes over the line; the same for the same file.</summary>
    public string Metadata { get; } = string.Join(
        ',', metadata.Where(m => m.Value is not null).Select(m => $"{m.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(m.Value!))}"));

    public Task WriteAsync(Stream stream, long offset, long count, CancellationToken cancellationToken) =>
        write(stream, offset, count, cancellationToken);
}
