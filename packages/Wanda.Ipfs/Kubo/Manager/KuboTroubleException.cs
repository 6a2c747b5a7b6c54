namespace Wanda.Ipfs;

/// <summary>Why a daemon cannot be run, or an installation not be made; the message tells the operator what to do.</summary>
public sealed class KuboTroubleException(KuboTrouble trouble, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Which of the things that go wrong.</summary>
    public KuboTrouble Trouble { get; } = trouble;
}
