namespace Wanda.Hosting;

/// <summary>Who keeps a node's blocks.</summary>
public enum IpfsMode
{
    /// <summary>
    /// The embedded store; a Kubo daemon, where one is configured, is given the same whenever it answers. Nothing waits for it.
    /// </summary>
    Auto,

    /// <summary>The embedded store alone; a configured daemon is left alone.</summary>
    Embedded,

    /// <summary>
    /// As auto, but a frame counts as added only when Kubo holds it: while Kubo is away, frames are captured and wait for their CIDs.
    /// </summary>
    Kubo,
}

/// <summary>
/// A Kubo daemon beside the node. Naming one is the operator's word that what is pinned here may be seen by whoever the daemon speaks with.
/// </summary>
public sealed record KuboOptions
{
    /// <summary>The address of its RPC, such as <c>http://127.0.0.1:5001</c>. Default: none.</summary>
    public string? Url { get; init; }

    /// <summary>The bearer token that its RPC wants, if any; or use <see cref="TokenFile"/>.</summary>
    public string? Token { get; init; }

    /// <summary>A file that holds the token.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// Whether others use the daemon too. Then it is never told to collect garbage, and pins that were there before stay. Default true.
    /// </summary>
    public bool Shared { get; init; } = true;

    /// <summary>The oldest version that is given anything. Default 0.42.</summary>
    public string MinVersion { get; init; } = "0.42";

    /// <summary>Says where it is, without the token.</summary>
    public override string ToString() => $"{nameof(KuboOptions)} {{ Url = {Url}, TokenFile = {TokenFile} }}";
}
