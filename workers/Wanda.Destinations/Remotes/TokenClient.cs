namespace Wanda.Destinations;

/// <summary>
/// A client that shows a token, made anew when the token is another. The one before may still be at work: it is left to end.
/// </summary>
internal sealed class TokenClient<T>(Secret secret, Func<string?, T> make)
    where T : class
{
    private readonly Lock _lock = new();
    private (string? Token, T? Client) _current;

    /// <exception cref="DestinationDownException">There is no token to be read.</exception>
    public async Task<T> GetAsync(CancellationToken cancellationToken)
    {
        var token = await secret.ReadAsync(cancellationToken);
        lock (_lock)
        {
            if (_current.Client is null || _current.Token != token)
                _current = (token, make(token));
            return _current.Client;
        }
    }
}
