namespace Wanda.Ipfs;

/// <summary>A file as Pinata tells it. Its word is no proof that it holds the bytes.</summary>
/// <param name="Id">Pinata's name for it: what it is found and deleted by. Keep it.</param>
/// <param name="Cid">Its root; null while Pinata has not worked it out.</param>
/// <param name="Size">Its size in bytes, as Pinata counts; null when it does not say.</param>
/// <param name="Labels">What it is called there.</param>
/// <param name="IsDuplicate">Whether the account held these bytes before they were sent.</param>
public sealed record PinataFile(string Id, Cid? Cid, long? Size, PinataLabels Labels, bool IsDuplicate);

/// <summary>What a file is called at Pinata.</summary>
public sealed record PinataLabels
{
    /// <summary>A name to find it by (a capture id). <value>Default: none; Pinata shows the CID.</value></summary>
    public string? Name { get; init; }

    /// <summary>The id of a group of the account. <value>Default: none.</value></summary>
    public string? GroupId { get; init; }

    /// <summary>What Pinata stores along. <value>Default: nothing.</value></summary>
    public IReadOnlyDictionary<string, string> KeyValues { get; init; } = new Dictionary<string, string>();
}

/// <summary>A request to fetch and keep a CID, as Pinata tells it.</summary>
/// <param name="Id">Pinata's name for the request, not for the file that it may become.</param>
/// <param name="Cid">What was asked for.</param>
/// <param name="Status">
/// In Pinata's words: <c>searching</c>, <c>prechecking</c>, <c>retrieving</c>, <c>backfilled</c>, or why it gave up: <c>expired</c>,
/// <c>over_free_limit</c>, <c>over_max_size</c>, <c>invalid_object</c>, <c>bad_host_node</c>.
/// </param>
public sealed record PinataPin(string Id, Cid Cid, string Status);
