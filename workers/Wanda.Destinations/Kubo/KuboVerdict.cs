using System.Net;
using Wanda.Ipfs;

namespace Wanda.Destinations.Kubo;

/// <summary>
/// What a failure of a Kubo means for a destination, each with its own sentence (law 4): what it lost is no outage of it, and an outage of
/// it is no loss.
/// </summary>
internal static class KuboVerdict
{
    private const string Kind = "a Kubo RPC";

    /// <summary>Runs a call; its failures are told as a destination's.</summary>
    /// <param name="destination">Its name.</param>
    /// <param name="what">What it is about, such as the frame's name.</param>
    /// <param name="call">What is asked.</param>
    /// <exception cref="NotHeldException">It answers, and lacks a block or has a damaged one.</exception>
    /// <exception cref="DestinationDownException">It is down, or refuses us.</exception>
    public static async Task<T> RunAsync<T>(string destination, string what, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (CidDisagreementException e)
        {
            // Its word is checked against our own hash, never taken for it.
            throw new NotHeldException($"it calls {what} {e.Answered}; its CID is {e.Computed}.");
        }
        catch (Exception e) when (e is RemoteException or BlockNotFoundException)
        {
            throw Of(destination, e, what);
        }
    }

    public static Task RunAsync(string destination, string what, Func<Task> call) =>
        RunAsync(destination, what, async () =>
        {
            await call();
            return true;
        });

    /// <summary>Tells what a failure means.</summary>
    /// <param name="name">The destination.</param>
    /// <param name="failure">A <see cref="BlockNotFoundException"/> of its blocks, or a <see cref="RemoteException"/>.</param>
    /// <param name="what">What was asked, such as the frame's name.</param>
    public static Exception Of(string name, Exception failure, string what)
    {
        var e = failure as RemoteException ?? failure.InnerException as RemoteException;
        return (KuboAnswers.Of(failure), e) switch
        {
            (KuboAnswer.Missing, _) => new NotHeldException($"it answers, and does not have it: {failure.Message}"),
            (KuboAnswer.Damaged, _) => new NotHeldException($"it has it damaged, or its disk fails there: {failure.Message}"),
            (KuboAnswer.Denied, { } denied) => Verdict.Operator(name, denied,
                $"it refuses our token ({(int?)denied.Status}): {denied.Said ?? denied.Detail} Ask its operator for a new one and write it "
                    + "to its \"tokenFile\" or \"token\", or have its API.Authorizations allow that token what we ask."),
            (KuboAnswer.NoRpc, { Status: null } no) => Verdict.Operator(name, no, $"it {no.Detail} Check its \"url\"."),
            (KuboAnswer.NoRpc, { } no) => Verdict.Operator(name, no,
                $"it is no RPC of Kubo's at this address ({(int?)no.Status}): {no.Said ?? no.Detail} The RPC is usually at port 5001, "
                    + "without /api/v0. Check its \"url\"."),
            (KuboAnswer.Full, { } full) => Verdict.Operator(name, full,
                $"its disk is full: {full.Said ?? full.Detail} Make room there, for one by \"ipfs repo gc\"; what it was given and did not "
                    + "take is sent again."),
            (KuboAnswer.Busy, { } busy) => Verdict.Down(name, busy, $"it does not get round to it: {busy.Said ?? busy.Detail}"),
            // Of no command: it is a version that is left alone.
            (KuboAnswer.Refused, { Status: null } and not KuboException and var old) => Verdict.Operator(name, old, $"it {old.Detail}"),
            // Without a status it is not the daemon that says no, but what was found of this one thing when it was looked at.
            (KuboAnswer.Refused, KuboException { Status: null } odd) => new NotHeldException($"it {odd.Detail}"),
            (KuboAnswer.Refused, KuboException { Status: not HttpStatusCode.BadRequest } refusal) => Verdict.Down(name, refusal, $"it {refusal.Detail}"),
            (_, { } other) => Verdict.Of(name, other, what, Kind),
            _ => failure,
        };
    }
}
