namespace Wanda.Ipfs;

/// <summary>
/// A daemon understood a command and did not do it; the message is its own. What it <see cref="RemoteException.Said"/> is all there is:
/// there are no codes to tell its errors apart by.
/// </summary>
public sealed class KuboException : RemoteException
{
    /// <param name="remote">The daemon's name.</param>
    /// <param name="command">The command, such as <c>pin/add</c>.</param>
    /// <param name="said">What the daemon said.</param>
    /// <param name="inner">The cause.</param>
    public KuboException(string remote, string command, string said, Exception? inner = null)
        : base(remote, RemoteFailure.Rejected, $"did not do {command}: {said}", inner) => (Command, Said) = (command, said);

    /// <summary>The command, such as <c>pin/add</c>.</summary>
    public string Command { get; }
}
