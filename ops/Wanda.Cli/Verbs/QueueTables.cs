using Spectre.Console;
using Wanda.Custody;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>Queues on a terminal.</summary>
internal static class QueueTables
{
    private const int WideColumns = 110;

    public static void List(IAnsiConsole console, IReadOnlyList<QueueView> queues)
    {
        if (queues.Count == 0)
        {
            console.WriteLine("No queues yet: they appear when the workers start for the first time ('wanda up').");
            return;
        }

        // On 80 columns what is in work counts as waiting, and what comes in is left out.
        var wide = console.Profile.Width >= WideColumns;
        var table = wide
            ? Styles.Table("queue=", "state", "ready#", "in work#", "later#", "stuck#", "in/min#", "done/min#", "oldest#")
            : Styles.Table("queue=", "state", "waiting#", "later#", "stuck#", "done/min#", "oldest#");
        foreach (var queue in queues)
        {
            Text[] before = [Styles.Text(queue.Name), Styles.Text(queue.State, Styles.Of(queue.Severity))];
            Text[] waiting = wide
                ? [Styles.Number(queue.Ready), Styles.Number(queue.InFlight)]
                : [Styles.Number(queue.Ready + queue.InFlight)];
            Text[] rates = wide
                ? [Styles.Text(QueueWords.Rate(queue.InPerMinute)), Styles.Text(QueueWords.Rate(queue.DonePerMinute))]
                : [Styles.Text(QueueWords.Rate(queue.DonePerMinute))];
            table.AddRow(
                [.. before, .. waiting, Styles.Number(queue.Scheduled), Styles.Number(queue.Stuck), .. rates,
                    Styles.Text(queue.OldestAge is { } age ? OperatorTime.Span(age) : "-")]);
        }

        console.Write(table);
        foreach (var queue in queues.Where(q => q.Paused is not null))
        {
            console.WriteLine($"{queue.Name} is {QueueWords.Pause(queue.Paused!, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local)}",
                Styles.Of(Severity.Waiting));
        }
    }

    public static void Show(IAnsiConsole console, QueueDetail detail)
    {
        List(console, [detail.Queue]);
        if (detail.Queue.EmptyIn is { } empty)
            console.WriteLine($"At the pace of the last minute it is empty in {OperatorTime.Span(empty)}.");
        Work(console, "Stuck; 'wanda queue retry' tries it again:", detail.Stuck, detail.Queue.Stuck);
        Work(console, "In work:", detail.InWork, detail.Queue.InFlight);
        Work(console, "Next:", detail.Next, detail.Queue.Ready);
        Work(console, "Comes back later:", detail.Later, detail.Queue.Scheduled);
    }

    public static void Message(IAnsiConsole console, QueuedMessage message)
    {
        var facts = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        void Fact(string name, string? value)
        {
            if (value is not null)
                facts.AddRow(Styles.Text(name, Styles.Quiet), Styles.Text(value));
        }

        var work = message.Work;
        Fact("message", $"{work.DeliveryId} in {message.Queue}, {QueueWords.Of(work.Part)}");
        Fact("about", work.Frame is { } frame ? $"{frame} ({work.CaptureId})" : null);
        Fact("type", work.Message);
        Fact("since", OperatorTime.Full(work.Enqueued, TimeZoneInfo.Local));
        Fact("due", work.Due is { } due ? OperatorTime.Full(due, TimeZoneInfo.Local) : null);
        Fact("tried", work.Tries == 0 ? null : $"{work.Tries:N0} times in vain");
        Fact("cause", work.Cause);
        Fact("exception", work.Exception);
        foreach (var (name, value) in message.Headers)
            Fact(name, value);
        console.Write(facts);
        if (message.StackTrace is { } trace)
            console.WriteLine(trace, Styles.Quiet);
        console.WriteLine(message.Body);
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
                Styles.Text(work.DeliveryId.ToString(null, null)), Styles.Text(work.Frame ?? work.Message), Styles.Text(work.Cause),
                Styles.Text(Clock(work.Enqueued)), Styles.Text(work.Due is { } due ? Clock(due) : "-"));
        }

        console.Write(table);
        if (works.Count < total)
            console.WriteLine($"{total - works.Count:N0} more.", Styles.Quiet);
    }

    private static string Clock(DateTimeOffset at) => OperatorTime.Clock(at, TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local);
}
