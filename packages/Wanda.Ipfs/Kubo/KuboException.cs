namespace Wanda.Ipfs;

/// <summary>A daemon understood a command and did not do it; the message is its own.</summary>
public sealed class KuboException(string remote, string command, string said, Exception? inner = null)
    : RemoteException(remote, RemoteFailure.Rejected, $"did not do {command}: {said}", inner)
{
    /// <summary>The command, such as <c>pin/add</c>.</summary>
    public string Command { get; } = command;

    /// <summary>What the daemon said; there are no codes to tell its errors apart by.</summary>
    public string Said { get; } = said;
}
