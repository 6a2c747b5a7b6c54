using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Destinations.Machines;

/// <summary>Compares another kernel's boot id with ours: two programs on one kernel fail together, whatever lies between them.</summary>
internal static class KernelTold
{
    private const string NotHere = "cannot be compared: this system does not tell its kernel's boot id";

    /// <summary>A server answered with a digest under our nonce.</summary>
    /// <param name="digest">Its answer; null when it gave none.</param>
    /// <param name="nonce">What it was asked with.</param>
    /// <param name="ours">This kernel's id; null where it cannot be told.</param>
    public static MachineJudgement ByDigest(byte[]? digest, byte[] nonce, Guid? ours) => (digest, ours) switch
    {
        (null, _) => new(Machine.Unknown, "does not say which machine it is on (it is older than 0.4, or cannot see its kernel's boot id)"),
        (_, null) => new(Machine.Unknown, NotHere),
        var (theirs, id) => ByKernel(CryptographicOperations.FixedTimeEquals(theirs, MachineDigest.Compute(nonce, id.Value))),
    };

    /// <summary>A server let us read its id.</summary>
    /// <param name="theirs">Its kernel's id; null where it cannot be told.</param>
    /// <param name="ours">This kernel's id; null where it cannot be told.</param>
    public static MachineJudgement ById(Guid? theirs, Guid? ours) => (theirs, ours) switch
    {
        (null, _) => new(Machine.Unknown, "does not let us read its kernel's boot id"),
        (_, null) => new(Machine.Unknown, NotHere),
        _ => ByKernel(theirs == ours),
    };

    private static MachineJudgement ByKernel(bool same) => same
        ? new(Machine.This, "runs on this machine's kernel")
        : new(Machine.Other, "runs on another machine's kernel");
}
