namespace Wanda.Ipfs;

/// <summary>
/// Posts CARs to an address that takes them whole, as <c>application/vnd.ipld.car</c>: what many services offer beside their pinning API.
/// </summary>
/// <param name="endpoint">That address.</param>
/// <param name="time">The clock of waits.</param>
public sealed class CarUploader(RemoteEndpoint endpoint, TimeProvider time) : IDisposable
{
    private readonly RemoteHttp _http = new(endpoint, time);

    /// <summary>
    /// Sends a DAG. Not repeated; doing it again does no harm. What the service says of it is not read: ask what it holds.
    /// </summary>
    /// <param name="root">The root.</param>
    /// <param name="blocks">All blocks, the root first.</param>
    /// <param name="source">Where they are read from.</param>
    /// <param name="query">Appended to the address, such as <c>?name=a</c>; null for nothing.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="RemoteException">The service does not take it.</exception>
    /// <exception cref="BlockNotFoundException">A block cannot be read here.</exception>
    public async Task UploadAsync(
        Cid root, IReadOnlyList<BlockInfo> blocks, IBlockSource source, string? query = null, CancellationToken cancellationToken = default)
    {
        var car = StreamedContent.OfCar(root, blocks, source);
        using var answer = await _http.SendAsync(HttpMethod.Post, endpoint.Address.AbsoluteUri.TrimEnd('/') + query, car, null,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();
}
