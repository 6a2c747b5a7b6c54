namespace Wanda.Destinations;

/// <summary>
/// A token from the configuration or from a file. The file is read each time: one that was replaced works at the next try, without a
/// restart.
/// </summary>
/// <param name="destination">Whose, for messages.</param>
/// <param name="text">The token itself; null when it is in the file.</param>
/// <param name="file">The file; null when there is none.</param>
internal sealed class Secret(string destination, string? text, string? file)
{
    private const int MaxBytes = 4096;

    /// <summary>The token; null when none is configured.</summary>
    /// <exception cref="DestinationDownException">The file holds none.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (text is not null || file is null)
            return text;
        try
        {
            if (new FileInfo(file).Length > MaxBytes)
            {
                throw new DestinationDownException(
                    $"{file} is no token: it is longer than {MaxBytes} bytes.", needsOperator: true, destination: destination);
            }

            var token = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
            return token.Length > 0 && token.All(c => c is > ' ' and <= '~')
                ? token
                : throw new DestinationDownException(
                    $"{file} holds no token. Write the token its operator gave you, on one line.", needsOperator: true,
                    destination: destination);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DestinationDownException(
                $"its token cannot be read: {e.Message}", needsOperator: true, inner: e, destination: destination);
        }
    }
}
