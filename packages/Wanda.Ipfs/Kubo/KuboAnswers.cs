using System.Net;

namespace Wanda.Ipfs;

/// <summary>What it means that a daemon did not do what it was asked.</summary>
public enum KuboAnswer
{
    /// <summary>It answers, and does not have the block.</summary>
    Missing,

    /// <summary>It has other bytes in the block's place, none, or a disk that does not give them: this block alone is concerned.</summary>
    Damaged,

    /// <summary>It wants another token, or does not allow ours this command.</summary>
    Denied,

    /// <summary>Something answers there that is no RPC of Kubo's.</summary>
    NoRpc,

    /// <summary>Its disk, or its owner's quota of it, is full.</summary>
    Full,

    /// <summary>It asks to be left alone for a while, or did not end a command in the time that it had.</summary>
    Busy,

    /// <summary>It is not reached, broke off, or is silent.</summary>
    Down,

    /// <summary>It understood and refuses; what it said is the reason.</summary>
    Refused,
}

/// <summary>The one place that tells what a failure of a daemon means.</summary>
/// <remarks>
/// Kubo has one status, 500, and no codes for what goes wrong inside of a command. So that a block is missing, or a pin, is not read in its
/// words but told by what it says of a CID that nobody has (<see cref="KuboBlocks"/>, <see cref="KuboPins"/>). The words of the operating
/// system for a full disk are those of Go's table of errors, which is the same everywhere and in no other language.
/// </remarks>
public static class KuboAnswers
{
    private static readonly string[] Full = ["no space left on device", "disk quota exceeded"]; // ENOSPC, EDQUOT
    private const string Late = "context deadline exceeded"; // the "timeout" of a command

    /// <summary>Tells what a failure of a call of <see cref="KuboClient"/> means.</summary>
    /// <param name="failure">What the call threw; what caused it counts, too.</param>
    public static KuboAnswer Of(Exception failure) => failure switch
    {
        BlockNotFoundException { InnerException: RemoteException inner } => Of(inner),
        BlockNotFoundException { Damaged: true } => KuboAnswer.Damaged,
        BlockNotFoundException => KuboAnswer.Missing,
        KuboException { Said: { } said } when Full.Any(f => said.Contains(f, StringComparison.Ordinal)) => KuboAnswer.Full,
        KuboException { Said: { } said } when said.Contains(Late, StringComparison.Ordinal) => KuboAnswer.Busy,
        RemoteException { Failure: RemoteFailure.Denied } => KuboAnswer.Denied,
        RemoteException { Failure: RemoteFailure.NotFound or RemoteFailure.Malformed } => KuboAnswer.NoRpc,
        RemoteException { Status: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable } => KuboAnswer.Busy,
        RemoteException { Failure: RemoteFailure.Rejected } => KuboAnswer.Refused,
        _ => KuboAnswer.Down,
    };
}
