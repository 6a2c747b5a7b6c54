using System.CommandLine;
using Spectre.Console;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda queue</c>: what waits, what is stuck, and what to do about it.</summary>
internal static class QueueVerbs
{
    public static Command Create(VerbOptions options)
    {
        var queue = new Argument<string>("QUEUE") { Description = "The queue's name, as 'wanda queue ls' shows it." };
        return Verb.Group(options, "queue", "The queues: depth, pace, what is stuck; retry, pause, purge.",
            Verb.Create(options, "ls", "List the queues, with what came in and was done in the last minute.",
                async (_, node, output, cancellationToken) =>
                {
                    output.Write(await node.Get<QueueQuery>().ListAsync(cancellationToken), QueueTables.List);
                    return ExitCodes.Done;
                }),
            Show(options, queue), Retry(options, queue), Pause(options, queue),
            Resume(options, queue), Purge(options, queue));
    }

    private static Command Resume(VerbOptions options, Argument<string> queue) =>
        Verb.Create(options, "resume", "Let a queue's work go on, and what would come back later with it.",
            async (result, node, output, cancellationToken) =>
            {
                var name = result.GetValue(queue)!;
                var resumed = await node.Get<QueueCommands>().ResumeAsync(name, cancellationToken);
                output.Write(new { queue = name, resumed = resumed.WasPaused, sooner = resumed.Sooner },
                    (console, _) => console.WriteLine($"{name}: {QueueWords.Resumed(resumed)}", Styles.Plain));
                return ExitCodes.Done;
            }, queue);

    private static Command Show(VerbOptions options, Argument<string> queue)
    {
        var message = new Option<long?>("--message")
        {
            Description = "One message with all that is known of it: headers, exception, body.",
        };
        return Verb.Create(options, "show", "Show what is in a queue: stuck, in work, next, and coming back later.",
            async (result, node, output, cancellationToken) =>
            {
                var (query, name) = (node.Get<QueueQuery>(), result.GetValue(queue)!);
                if (result.GetValue(message) is { } one)
                    output.Write(await query.FindMessageAsync(name, one, cancellationToken), QueueTables.Message);
                else
                    output.Write(await query.FindAsync(name, cancellationToken), QueueTables.Show);
                return ExitCodes.Done;
            }, queue, message);
    }

    private static Command Retry(VerbOptions options, Argument<string> queue)
    {
        var message = new Option<long?>("--message") { Description = "One stuck message, by the number that 'wanda queue show' prints." };
        var limit = ParsedOption.Count("--limit", "At most so many, the oldest first. Default: all.");
        var rate = ParsedOption.Rate("--rate",
            $"So many a second come back. Default {QueueCommands.RetriesPerSecond:0}: what has just recovered is not buried.");
        var later = new Option<bool>("--later") { Description = "What comes back by itself later: try it now. Nothing that is stuck." };
        return Verb.Create(options,
            "retry", "Try what is stuck in a queue again: all of it, some, or one message; or what comes back later.",
            async (result, node, output, cancellationToken) =>
            {
                var (commands, name) = (node.Get<QueueCommands>(), result.GetValue(queue)!);
                if (result.GetValue(later))
                {
                    if (result.GetValue(message) is not null)
                        throw new OpsException(QueueWords.OneOrLater);
                    var sooner = await commands.RetryLaterAsync(name, result.GetValue(limit), result.GetValue(rate), cancellationToken);
                    output.Write(new { queue = name, retried = sooner },
                        (console, done) => console.WriteLine(done.retried == 0
                            ? $"Nothing in {done.queue} was to come back later."
                            : $"{done.retried:N0} in {done.queue} {(done.retried == 1 ? "comes" : "come")} now.", Styles.Plain));
                    return ExitCodes.Done;
                }

                var retried = result.GetValue(message) is { } one
                    ? await commands.RetryAsync(name, one, cancellationToken)
                        ? 1
                        : throw new NotHereException($"Message {one} is not stuck in {name} (any more).")
                    : await commands.RetryAsync(name, result.GetValue(limit), result.GetValue(rate), cancellationToken);
                output.Write(new { queue = name, retried },
                    (console, done) => console.WriteLine(done.retried == 0
                        ? $"Nothing was stuck in {done.queue}."
                        : $"{done.retried:N0} tried again in {done.queue}.", Styles.Plain));
                return ExitCodes.Done;
            }, queue, message, limit, rate, later);
    }

    private static Command Pause(VerbOptions options, Argument<string> queue)
    {
        var reason = new Option<string>("--reason") { Description = "Why; whoever looks next will want to know.", Required = true };
        var length = ParsedOption.Length("--for", "How long, as hh:mm:ss; then it goes on by itself. Default: until it is resumed.");
        return Verb.Create(options, "pause", "Stop a queue's work, in every process and across restarts.",
            async (result, node, output, cancellationToken) =>
            {
                var name = result.GetValue(queue)!;
                var until = await node.Get<QueueCommands>()
                    .PauseAsync(name, result.GetValue(reason)!, result.GetValue(length), cancellationToken);
                output.Write(new { queue = name, paused = true, until }, (console, done) =>
                    {
                        var end = done.until is { } at
                            ? $"until {OperatorTime.Clock(at, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local)}"
                            : "until you resume it";
                        console.WriteLine($"{done.queue} is paused {end}. New work waits; nothing is lost.", Styles.Plain);
                    });
                return ExitCodes.Done;
            }, queue, reason, length);
    }

    private static Command Purge(VerbOptions options, Argument<string> queue)
    {
        var yes = new Option<bool>("--yes") { Description = "It is meant." };
        return Verb.Create(options,
            "purge", "Forget what is stuck in a queue. No frame goes with it: what one still needs is queued again by the next "
                + "reconciliation.", async (result, node, output, cancellationToken) =>
            {
                var name = result.GetValue(queue)!;
                if (!result.GetValue(yes))
                {
                    throw new OpsException($"{(await node.Get<QueueQuery>().FindAsync(name, cancellationToken)).Queue.Stuck:N0} stuck in "
                        + $"{name} would be forgotten; no frame goes with them. Nothing was done: give --yes if it is meant.");
                }

                var purged = await node.Get<QueueCommands>().PurgeAsync(name, cancellationToken);
                output.Write(new { queue = name, purged },
                    (console, done) => console.WriteLine(done.purged == 0
                        ? $"Nothing was stuck in {done.queue}."
                        : $"{done.purged:N0} forgotten in {done.queue}.", Styles.Plain));
                return ExitCodes.Done;
            }, queue, yes);
    }
}
