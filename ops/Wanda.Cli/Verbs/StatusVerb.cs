using System.CommandLine;
using Spectre.Console;
using Wanda.Custody;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda status</c>: which frames exist in one place only, why, and when does that clear?</summary>
internal static class StatusVerb
{
    public static Command Create(VerbOptions options)
    {
        var check = new Option<bool>("--check")
        {
            Description = $"End with exit code {ExitCodes.NeedsYou} when somebody has to look, {ExitCodes.LostOrStopped} when frames are "
                + "lost or capture has stopped.",
        };
        var command = Verb.Create(options, "status", "Say in a sentence how tonight's frames are.",
            async (result, node, output, cancellationToken) =>
            {
                var summary = await node.Get<NightQuery>().ReadAsync(cancellationToken);
                output.Write(summary, Show);
                return result.GetValue(check) ? ExitCodes.Of(summary.Severity) : ExitCodes.Done;
            }, check);
        command.Add(options.Data);
        command.Add(options.Json);
        return command;
    }

    private static void Show(IAnsiConsole console, NightSummary summary)
    {
        console.WriteLine(summary.Sentence, Styles.Of(summary.Severity));
        foreach (var notice in summary.Notices)
        {
            var since = notice.SinceWords(summary.At, TimeZoneInfo.Local) is { } words ? $" {words}" : "";
            console.WriteLine(notice.Text + since, Styles.Of(notice.Severity));
        }

        if (summary.Forecast is { } forecast)
            console.WriteLine(forecast.Sentence, forecast.Severity == Severity.Calm ? Styles.Quiet : Styles.Of(forecast.Severity));
        if (summary.Demo is { } demo)
            console.WriteLine(demo, Styles.Quiet);
    }
}
