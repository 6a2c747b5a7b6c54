namespace Wanda.Ops;

/// <summary>Something an operator asked for cannot be done; the message says why and what to do, in one line.</summary>
public class OpsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What an operator named does not exist here.</summary>
public sealed class NotHereException(string message) : OpsException(message);
