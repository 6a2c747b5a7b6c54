using System.Text;

namespace Wanda.Notify;

/// <summary>A file with one secret. It is read for each try: what its owner puts in counts from then on, and nothing keeps it.</summary>
internal static class SecretFile
{
    private const int MaxBytes = 4096;

    /// <exception cref="IOException">It cannot be read, or is no such file; the message says which, and not what is in it.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[MaxBytes + 1];
        int length;
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} may not be read by this user.", e);
        }

        string text = Encoding.UTF8.GetString(bytes, 0, length).Trim();
        return text.Length > 0 && length <= MaxBytes && !text.Any(char.IsControl)
            ? text
            : throw new IOException($"{path} is to hold the secret, on one line of at most {MaxBytes} bytes, and nothing else.");
    }
}
