using Wanda.Custody;
using Wanda.Ipfs;

namespace Wanda.Destinations.Kubo;

/// <summary>
/// The machine of a daemon, which tells no kernel: it is ours when its repository is found here, and else it cannot be told.
/// </summary>
internal static class KuboMachine
{
    private static readonly MachineJudgement CannotBeTold = new(Machine.Unknown, "is a Kubo, which does not tell its machine");

    /// <exception cref="RemoteException">It does not answer.</exception>
    public static async Task<MachineJudgement> JudgeAsync(KuboClient kubo, CancellationToken cancellationToken)
    {
        try
        {
            return await KuboRepository.FindAsync(kubo, cancellationToken) is { } repository
                ? new(Machine.This, $"is a Kubo with its repository in {repository} of this machine")
                : CannotBeTold;
        }
        catch (RemoteException e) when (e.Failure != RemoteFailure.Unavailable)
        {
            return CannotBeTold; // our token is not good for these questions
        }
    }
}
