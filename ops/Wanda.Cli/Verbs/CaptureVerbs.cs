using System.CommandLine;
using Wanda.Catalog;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda capture</c>: frames and where they are.</summary>
internal static class CaptureVerbs
{
    public static Command Create(VerbOptions options)
    {
        var id = new Argument<string>("ID") { Description = "The beginning of a frame's id, or SESSION/NUMBER." };
        var state = new Option<string>("--state") { Description = "Which frames.", DefaultValueFactory = _ => "all" };
        state.AcceptOnlyFromAmong([.. Enum.GetValues<FrameFilter>().Select(CustodyWords.Key)]);
        var session = new Option<string?>("--session") { Description = "Of one session only." };
        var limit = new Option<int>("--limit")
        {
            Description = $"At most so many, 1 to {FrameQuery.MaxPage}.",
            DefaultValueFactory = _ => 30,
        };
        var before = new Option<string?>("--before") { Description = "Go on after this frame id, to older ones." };
        return Verb.Group(options, "capture", "Frames, and where each of them is.",
            Verb.Create(options, "ls", "List frames, newest first.", async (result, node, output, cancellationToken) =>
            {
                var page = await node.Get<FrameQuery>().ListAsync(
                    CustodyWords.Filter(result.GetValue(state))!.Value, result.GetValue(session), result.GetValue(before),
                    result.GetValue(limit), cancellationToken);
                output.Write(page, CaptureTables.List);
                return ExitCodes.Done;
            }, state, session, limit, before),
            Verb.Create(options, "show", "Show a frame with its custody timeline.", async (result, node, output, cancellationToken) =>
            {
                output.Write(await node.Get<CaptureDetailQuery>().FindAsync(result.GetValue(id)!, cancellationToken), CaptureTables.Show);
                return ExitCodes.Done;
            }, id),
            GetVerb.Create(options),
            DiscardVerb.Create(options, id));
    }
}
