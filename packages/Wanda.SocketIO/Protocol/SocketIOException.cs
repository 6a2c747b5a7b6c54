namespace Wanda.SocketIO;

/// <summary>The other side broke the protocol or a bound, refused, fell silent, or left; the message says which, in words.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause beneath, if there is one.</param>
public sealed class SocketIOException(string message, Exception? inner = null) : Exception(message, inner);
