using System.Buffers;
using System.Security.Cryptography;

namespace Wanda.Ops;

/// <summary>
/// A file that is being fetched: under a temporary name until it is whole, fsynced and compared with its hash, so that the folder never
/// holds half a frame under a frame's name. What a stopped fetch left behind is read and continued.
/// </summary>
/// <param name="folder">The folder in which it is completed.</param>
/// <param name="id">
/// What the temporary name is made of: the frame's id, and not its name, since a frame may be called as another one's part.
/// </param>
/// <param name="place">Gives the finished file its name, and makes that durable.</param>
internal sealed class PartFile(string folder, string id, Action<string> place)
{
    private const int BufferBytes = 1 << 20;
    private const string Suffix = ".wanda-part";
    private readonly string _part = Path.Combine(folder, id + Suffix);

    /// <summary>What is said when the whole is not the frame.</summary>
    public const string NotWhatWasSaved = "What came, or what a stopped fetch had left, is not what was saved; the next try starts afresh.";

    /// <summary>Whether a text names a file in a folder, and nothing outside of it.</summary>
    public static bool IsName(string name) =>
        name is not ("" or "." or "..") && !name.Contains('\0') && !name.Contains(Path.DirectorySeparatorChar);

    /// <summary>
    /// Completes the file from <paramref name="source"/>, a seekable stream of the whole; from its beginning where no
    /// <paramref name="sha256"/> is known. Returns its SHA-256; null when that is not the one that is known.
    /// </summary>
    /// <exception cref="IOException">
    /// The disk refuses, another fetch is at this file, or meanwhile somebody made one of this name.
    /// </exception>
    public async Task<string?> CompleteAsync(Stream source, string? sha256, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            string found;
            await using (var file = new FileStream(_part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None,
                0, FileOptions.Asynchronous))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                // Without a hash nobody would notice that what was left belongs to something else.
                if (sha256 is null || file.Length > source.Length)
                    file.SetLength(0);
                await AppendAsync(hash, file, null, buffer, cancellationToken);
                source.Position = file.Position;
                await AppendAsync(hash, source, file, buffer, cancellationToken);
                found = Convert.ToHexStringLower(hash.GetHashAndReset());
                if (sha256 is not null && found != sha256)
                {
                    // What was continued, or what came, is wrong: the next try starts afresh.
                    file.SetLength(0);
                    return null;
                }

                file.Flush(flushToDisk: true);
            }

            place(_part);
            return found;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The SHA-256 of a file, lower-case hex.</summary>
    public static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        return await HashAsync(file, cancellationToken);
    }

    /// <summary>The same of what a stream has left.</summary>
    public static async Task<string> HashAsync(Stream stream, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));

    private static async Task AppendAsync(IncrementalHash hash, Stream from, Stream? to, byte[] buffer, CancellationToken cancellationToken)
    {
        for (int count; (count = await from.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, count);
            if (to is not null)
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }
}
