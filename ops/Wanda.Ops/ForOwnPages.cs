namespace Wanda.Ops;

/// <summary>
/// Marks an endpoint that another site's page may not even read from: a browser lets any page open a websocket to anywhere, and read what
/// comes.
/// </summary>
internal sealed class ForOwnPages;
