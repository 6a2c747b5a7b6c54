using Spectre.Console;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>Queues on a terminal.</summary>
internal static class QueueTables
{
    public static void List(IAnsiConsole console, IReadOnlyList<QueueView> queues)
    {
        if (queues.Count == 0)
        {
            console.WriteLine("No queues yet: they appear when the workers start for the first time ('wanda up').");
            return;
        }

        var table = Styles.Table("queue=", "state", "ready#", "in work#", "later#", "stuck#", "oldest#");
        foreach (var queue in queues)
        {
            table.AddRow(
                Styles.Text(queue.Name), Styles.Text(State(queue), Styles.Of(queue.Alarm)), Styles.Number(queue.Ready), Styles.Number(queue.InFlight),
                Styles.Number(queue.Scheduled), Styles.Number(queue.Stuck), Styles.Text(queue.OldestAge is { } age ? OperatorTime.Span(age) : "-"));
        }

        console.Write(table);
    }

    public static void Show(IAnsiConsole console, QueueDetail detail)
    {
        List(console, [detail.Queue]);
        Work(console, "Stuck; 'wanda queue retry' tries it again:", detail.Stuck, detail.Queue.Stuck);
        Work(console, "Comes back later:", detail.Later, detail.Queue.Scheduled);
    }

    private static void Work(IAnsiConsole console, string title, IReadOnlyList<QueuedWork> works, long total)
    {
        if (works.Count == 0)
            return;
        console.WriteLine(title);
        var table = Styles.Table("message#", "about=", "cause", "since#", "due#");
        foreach (var work in works)
        {
            table.AddRow(
                Styles.Text(work.DeliveryId.ToString(null, null)), Styles.Text(work.Frame ?? work.Message), Styles.Text(work.Due is null ? work.Cause : ""),
                Styles.Text(Clock(work.Enqueued)), Styles.Text(work.Due is { } due ? Clock(due) : "-"));
        }

        console.Write(table);
        if (works.Count < total)
            console.WriteLine($"{total - works.Count:N0} more.", Styles.Quiet);
    }

    private static string State(QueueView queue) => queue.Paused is { } pause
        ? $"{queue.State}: {pause.Reason.TrimEnd('.')}{(pause.Until is { } until ? $", until {Clock(until)}" : "")}"
        : queue.State;

    private static string Clock(DateTimeOffset at) => OperatorTime.Clock(at, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local);
}
