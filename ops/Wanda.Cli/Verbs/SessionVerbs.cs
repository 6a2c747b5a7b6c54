using System.CommandLine;
using Wanda.Cli.Demo;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda session</c>: nights, and how to get one back.</summary>
internal static class SessionVerbs
{
    public static Command Create(VerbOptions options)
    {
        var name = new Argument<string>("NAME") { Description = "The session's name." };
        var folder = new Argument<string>("DIR") { Description = "The folder to put it in; made when missing." };
        var limit = new Option<int>("--limit")
        {
            Description = $"At most so many, 1 to {SessionQuery.MaxPage}.",
            DefaultValueFactory = _ => 30,
        };
        return Verb.Group(options, "session", "Sessions (nights), and how to get one back.",
            Verb.Create(options, "ls", "List sessions, newest first.", async (result, node, output, cancellationToken) =>
            {
                output.Write(await node.Get<SessionQuery>().ListAsync(0, result.GetValue(limit), cancellationToken), SessionTables.List);
                return ExitCodes.Done;
            }, limit),
            Verb.Create(options, "show", "Show a session.", async (result, node, output, cancellationToken) =>
            {
                output.Write(await node.Get<SessionQuery>().FindAsync(result.GetValue(name)!, cancellationToken), SessionTables.Show);
                return ExitCodes.Done;
            }, name),
            Verb.Create(options, "fetch", "Bring a session back as a folder with its original names: from here, or from where it is "
                + "proven.", async (result, node, output, cancellationToken) =>
            {
                await using var server = await DemoServer.StartWhenAwayAsync(node.Demo, cancellationToken);
                var report = await FetchView.RunAsync(node.Get<SessionFetch>(), result.GetValue(name)!,
                    result.GetValue(folder)!, output, cancellationToken);
                output.Write(report, SessionTables.Fetched);
                return report.Missing.Count == 0 ? ExitCodes.Done : ExitCodes.NotDone;
            }, name, folder));
    }
}
