using System.Text;
using Files.Shared;
using Wanda.Destinations.Files;
using Wanda.Ipfs;

namespace Wanda.Destinations.Sftp;

/// <summary>
/// The files below a folder of an SFTP server. Written under a temporary name, fsynced by the server and renamed over; the rename itself
/// cannot be synced over SFTP, and is as durable as the server's file system makes it.
/// </summary>
internal sealed class SftpVolume(SftpSession session, string root) : IVolume
{
    private const int MaxText = 1024 * 1024, Piece = 32 * 1024;
    private const byte Open = 3, Close = 4, Read = 5, FileStat = 8, Remove = 13, MakeFolder = 14, Stat = 17, Extended = 200;
    private const byte StatusAnswer = 101, HandleAnswer = 102, DataAnswer = 103, AttributesAnswer = 105;
    private const uint ForReading = 1, ForWriting = 2 | 8 | 16; // write, create, truncate
    private const uint Ok = 0, EndOfFile = 1, NoSuchFile = 2, PermissionDenied = 3;
    private const uint HasSize = 1;

    public async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var full = $"{root}/{path}";
        // Always the same: what a process that was killed in the middle left is written over.
        var temporary = full + DurableFile.TemporarySuffix;
        if (path.LastIndexOf('/') is > 0 and var end)
            await EnsureFolderAsync($"{root}/{path[..end]}", cancellationToken);
        var handle = await OpenAsync(temporary, ForWriting, cancellationToken)
            ?? throw new FileStoreException($"{root} is not there any more");
        try
        {
            await using (var stream = new SftpWriteStream(session, handle))
            {
                await write(stream);
                await stream.FlushAsync(cancellationToken);
            }

            await DoAsync(Extended, r => r.Text("fsync@openssh.com").Data(handle.Span), $"sync {temporary}", cancellationToken);
        }
        finally
        {
            await CloseAsync(handle);
        }

        await DoAsync(Extended, r => r.Text("posix-rename@openssh.com").Text(temporary).Text(full),
            $"rename {temporary}", cancellationToken);
    }

    public async Task<Stream?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (await OpenAsync($"{root}/{path}", ForReading, cancellationToken) is not { } handle)
            return null;
        var attributes = await session.AskAsync(FileStat, r => r.Data(handle.Span), cancellationToken);
        if (attributes.Type != AttributesAnswer || (attributes.Int() & HasSize) == 0)
            throw new FileStoreException($"the SFTP server does not tell the size of {path}");
        return new SftpReadStream(session, handle, attributes.Long(), () => CloseAsync(handle));
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        await DoAsync(Remove, r => r.Text($"{root}/{path}"), $"remove {path}", cancellationToken, mayBeMissing: true);

    /// <summary>
    /// The boot id of the kernel that the server runs on; null when it shows no such file, as one that is shut into a folder.
    /// </summary>
    public async Task<Guid?> KernelAsync(CancellationToken cancellationToken) =>
        await TextAsync(KernelBoot.Path, cancellationToken) is { } id && await TextAsync(KernelBoot.Mounts, cancellationToken) is { } mounts
            ? KernelBoot.Parse(id, mounts)
            : null;

    /// <summary>
    /// A text that the kernel writes when it is read, and whose length it therefore does not tell; null when there is none.
    /// </summary>
    private async Task<string?> TextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (await OpenAsync(path, ForReading, cancellationToken) is not { } handle)
                return null;
            var text = new MemoryStream();
            try
            {
                while (text.Length <= MaxText)
                {
                    var answer = await session.AskAsync(
                        Read, r => r.Data(handle.Span).Long(text.Length).Int(Piece), cancellationToken);
                    if (answer.Type != DataAnswer)
                        return answer.Type == StatusAnswer && answer.Int() == EndOfFile ? Encoding.UTF8.GetString(text.ToArray()) : null;
                    var data = answer.Data();
                    if (data.IsEmpty)
                        return null; // it would go on for ever
                    text.Write(data.Span);
                }

                return null;
            }
            finally
            {
                await CloseAsync(handle);
            }
        }
        catch (FileStoreException) when (!session.IsBroken)
        {
            return null; // refused, which says nothing of the connection
        }
    }

    public void Dispose()
    {
        // The session stays open for the next one.
    }

    /// <returns>The handle; null when there is no such file.</returns>
    private async Task<ReadOnlyMemory<byte>?> OpenAsync(string path, uint how, CancellationToken cancellationToken)
    {
        var answer = await session.AskAsync(Open, r => r.Text(path).Int(how).Int(0), cancellationToken);
        if (answer.Type == HandleAnswer)
            return answer.Data();
        Check(answer, $"open {path}", mayBeMissing: true);
        return null;
    }

    private async Task EnsureFolderAsync(string path, CancellationToken cancellationToken)
    {
        // Its answer to a folder that is there is "failure", without a reason: so it is looked at first.
        if ((await session.AskAsync(Stat, r => r.Text(path), cancellationToken)).Type != AttributesAnswer)
            await DoAsync(MakeFolder, r => r.Text(path).Int(0), $"make {path}", cancellationToken);
    }

    // No cancellation: a handle that stays open is one less for the next.
    private async Task CloseAsync(ReadOnlyMemory<byte> handle)
    {
        if (!session.IsBroken)
            await session.AskAsync(Close, r => r.Data(handle.Span), CancellationToken.None);
    }

    private async Task DoAsync(
        byte type, Action<SftpRequest> fill, string what, CancellationToken cancellationToken, bool mayBeMissing = false) =>
        Check(await session.AskAsync(type, fill, cancellationToken), what, mayBeMissing);

    internal static void Check(SftpAnswer answer, string what, bool mayBeMissing = false)
    {
        var (code, words) = answer.Type == StatusAnswer
            ? (answer.Int(), answer.Text())
            : (uint.MaxValue, $"an unexpected answer ({answer.Type})");
        if (code == Ok || (code == NoSuchFile && mayBeMissing))
            return;
        throw new FileStoreException($"the SFTP server cannot {what}: {words}", needsOperator: code == PermissionDenied);
    }
}
