using System.CommandLine;
using Spectre.Console;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda app</c>: has the WANDA app beside this node take a picture or a session. What it takes comes by its folder.</summary>
internal static class AppVerbs
{
    private const int MostImages = 100_000, MostIso = 1_000_000;

    public static Command Create(VerbOptions options)
    {
        var exposure = ParsedOption.Duration("--exposure", "How long each picture is exposed. Default: as the app is set.");
        var iso = ParsedOption.Count("--iso", "The camera's sensitivity. Default: as the app is set.", MostIso);
        var name = new Argument<string>("NAME") { Description = "The session's name, which the app makes a folder of." };
        var count = ParsedOption.Count("--count", "How many pictures.", MostImages);
        count.Required = true;
        var interval = ParsedOption.Duration("--interval", "From one picture to the next. Default: as fast as the app can.");
        var tracking = new Option<bool>("--tracking") { Description = "Let the mount follow the sky meanwhile." };
        return Verb.Group(options, "app", "The WANDA app beside this node (ops.app): take a picture, start a session.",
            Create(options, "capture", "Take a picture.", (app, result, cancellationToken) =>
                app.CaptureAsync(Settings(result), cancellationToken), exposure, iso),
            Create(options, "session", "Start a session.", (app, result, cancellationToken) => app.StartSessionAsync(
                new(result.GetValue(name)!, result.GetValue(count)!.Value, result.GetValue(interval), result.GetValue(tracking)),
                Settings(result), cancellationToken), name, count, interval, exposure, iso, tracking),
            Create(options, "stop", "Stop the session that runs.", (app, _, cancellationToken) => app.StopSessionAsync(cancellationToken)));

        AppSettings Settings(ParseResult result) => new(result.GetValue(exposure), result.GetValue(iso));
    }

    // Neither the catalogue nor the node's processes are asked: the app is there without them.
    private static Command Create(VerbOptions options, string name, string description,
        Func<AppTrigger, ParseResult, CancellationToken, Task<AppTriggered>> action, params Symbol[] symbols)
    {
        var command = Verb.Of(name, description, symbols);
        command.SetAction(async (result, cancellationToken) =>
        {
            var configuration = NodeAccess.Configuration(result.GetValue(options.Config), result.GetValue(options.Data));
            using var app = new AppTrigger(configuration, TimeProvider.System);
            new Output(result.GetValue(options.Json)).Write(
                await action(app, result, cancellationToken), (console, triggered) => console.WriteLine(triggered.Words));
            return ExitCodes.Done;
        });
        return command;
    }
}
