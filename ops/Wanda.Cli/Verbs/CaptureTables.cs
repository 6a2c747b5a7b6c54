using Spectre.Console;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>Frames on a terminal.</summary>
internal static class CaptureTables
{
    private const int WideColumns = 110;
    private const int NarrowText = 76;

    public static void List(IAnsiConsole console, FramePage page)
    {
        if (page.Frames.Count == 0)
        {
            console.WriteLine("No frame.");
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var wide = console.Profile.Width >= WideColumns;
        var table = Styles.Table(["frame=", "saved#", "size#", "custody", .. wide ? new[] { "file=" } : []]);
        foreach (var frame in page.Frames)
        {
            Text[] row =
            [
                Styles.Text($"{frame.Session}/{frame.Number}"), Styles.Text(OperatorTime.Clock(frame.SavedAt, now, TimeZoneInfo.Local)),
                Styles.Text(new ByteSize(frame.SizeBytes).ToString()),
                Styles.Text(wide ? Custody(frame) : Cut(Custody(frame)), Styles.Of(frame.Severity)),
            ];
            table.AddRow(wide ? [.. row, Styles.Text(frame.FileName, Styles.Quiet)] : row);
        }

        console.Write(table);
        if (page.Next is { } next)
            console.WriteLine($"{page.Frames.Count:N0} of {page.Total:N0}. Older ones: --before {next}", Styles.Quiet);
    }

    public static void Show(IAnsiConsole console, CaptureDetail detail)
    {
        var frame = detail.Frame;
        console.WriteLine($"{frame.Session}/{frame.Number}  {frame.FileName}");
        console.WriteLine(Custody(frame), Styles.Of(frame.Severity));
        console.WriteLine();
        var facts = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        void Fact(string name, string? value)
        {
            if (value is not null)
                facts.AddRow(Styles.Text(name, Styles.Quiet), Styles.Text(value));
        }

        Fact("capture", frame.Id);
        Fact("cid", frame.Cid);
        Fact("taken", OperatorTime.Full(frame.TakenAt, TimeZoneInfo.Local) + (frame.ClockTrusted ? "" : " (the clock was not trusted)"));
        Fact("size", $"{new ByteSize(frame.SizeBytes)} ({frame.SizeBytes:N0} bytes)");
        Fact("original", detail.Original);
        Fact("", detail.OriginalFile);
        Fact("file", detail.Path);
        Fact("sha-256", detail.Sha256);
        Fact("preview", frame.PreviewReason is { } none ? $"none: {none}" : frame.Preview.ToString().ToLowerInvariant());
        Fact("preview warns", detail.PreviewWarning);
        foreach (var (name, value) in frame.Metadata.Select(m => FrameMetadata.Words(m.Key, m.Value))
            .Concat(detail.Figures is { } figures ? FigureWords.Of(figures) : []))
        {
            Fact(name, value);
        }

        foreach (var link in detail.Links)
            Fact($"on {link.Destination}", link.Url);
        console.Write(facts);
        console.WriteLine();
        Timeline(console, detail);
    }

    private static void Timeline(IAnsiConsole console, CaptureDetail detail)
    {
        var lines = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var line in detail.Timeline)
        {
            lines.AddRow(Styles.Text(OperatorTime.Full(line.At, TimeZoneInfo.Local), Styles.Quiet),
                Styles.Text(line.Words, Styles.Of(line.Severity)), Styles.Text(line.Detail));
        }

        lines.AddRow(Styles.Text("next", Styles.Quiet), Styles.Text(""), Styles.Text(detail.Next));
        console.Write(lines);
    }

    // On a narrow terminal a list stays a list; 'capture show' says the rest.
    private static string Cut(string text) => text.Length <= NarrowText ? text : text[..(NarrowText - 1)] + "…";

    private static string Custody(FrameView frame) => frame.Why is { } why ? $"{frame.Custody}: {why}" : frame.Custody;
}
