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
        var delivery = new Option<long?>("--message") { Description = "One stuck message, by the number that 'wanda queue show' prints." };
        var reason = new Option<string>("--reason") { Description = "Why; whoever looks next will want to know.", Required = true };
        return Verb.Group(options, "queue", "The queues: depth, what is stuck, retry, pause.",
            Verb.Create(options, "ls", "List the queues.", async (_, node, output, cancel) =>
            {
                output.Write(await node.Get<QueueQuery>().ListAsync(cancel), QueueTables.List);
                return ExitCodes.Done;
            }),
            Verb.Create(options, "show", "Show what is stuck or waits in a queue.", async (result, node, output, cancel) =>
            {
                var name = result.GetValue(queue)!;
                var found = await node.Get<QueueQuery>().FindAsync(name, cancel)
                    ?? throw new NotHereException($"There is no queue '{name}'. 'wanda queue ls' lists them.");
                output.Write(found, QueueTables.Show);
                return ExitCodes.Done;
            }, queue),
            Verb.Create(options, "retry", "Try what is stuck in a queue again: all of it, or one message.", async (result, node, output, cancel) =>
            {
                var (commands, name) = (node.Get<QueueCommands>(), result.GetValue(queue)!);
                var retried = result.GetValue(delivery) is { } one
                    ? await commands.RetryAsync(name, one, cancel) ? 1 : throw new NotHereException($"Message {one} is not stuck in {name} (any more).")
                    : await commands.RetryAsync(name, cancel);
                output.Write(new { queue = name, retried }, (console, done) => console.WriteLine(done.retried == 0 ? $"Nothing was stuck in {done.queue}." : $"{done.retried:N0} tried again in {done.queue}.", Styles.Plain));
                return ExitCodes.Done;
            }, queue, delivery),
            Verb.Create(options, "pause", "Stop a queue's work, in every process and across restarts, until it is resumed.", async (result, node, output, cancel) =>
            {
                var name = result.GetValue(queue)!;
                await node.Get<QueueCommands>().PauseAsync(name, result.GetValue(reason)!, cancel);
                output.Write(new { queue = name, paused = true }, (console, done) => console.WriteLine($"{done.queue} is paused. New work waits; nothing is lost.", Styles.Plain));
                return ExitCodes.Done;
            }, queue, reason),
            Verb.Create(options, "resume", "Let a queue's work go on.", async (result, node, output, cancel) =>
            {
                var name = result.GetValue(queue)!;
                var resumed = await node.Get<QueueCommands>().ResumeAsync(name, cancel);
                output.Write(new { queue = name, resumed }, (console, done) => console.WriteLine(done.resumed ? $"{done.queue} goes on." : $"{done.queue} was not paused.", Styles.Plain));
                return ExitCodes.Done;
            }, queue));
    }
}
