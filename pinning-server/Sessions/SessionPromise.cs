namespace Wanda.PinningServer;

/// <summary>Room that is kept for a session of a node.</summary>
/// <param name="Node">Whose.</param>
/// <param name="Session">Its name, as uploads give it.</param>
/// <param name="Bytes">All that it is to have here, what has come included.</param>
/// <param name="Expires">Until when it is kept.</param>
internal sealed record SessionPromise(string Node, string Session, long Bytes, DateTimeOffset Expires);
