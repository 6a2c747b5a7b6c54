using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Wanda.Cli.Demo;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda capture get</c>: one frame back, from wherever it is.</summary>
internal static class GetVerb
{
    public static Command Create(VerbOptions options)
    {
        var what = new Argument<string>("ID|CID") { Description = "The beginning of a frame's id, SESSION/NUMBER, or a CID." };
        var file = new Argument<string?>("FILE")
        {
            Description = "Where to: a file, a folder, or - for standard output. Default: its own name, here.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return Verb.Create(options, "get", "Bring a frame back, each byte verified: from here, or from wherever it is.",
            async (result, node, output, cancellationToken) =>
            {
                await using var server = await DemoServer.StartWhenAwayAsync(node.Demo, cancellationToken);
                var get = node.Get<FrameGet>();
                if (result.GetValue(file) == "-")
                {
                    await using var bytes = Console.OpenStandardOutput();
                    var sent = await get.ToStreamAsync(result.GetValue(what)!, bytes, cancellationToken);
                    // Standard output is the frame's.
                    await Console.Error.WriteLineAsync(output.Json ? JsonSerializer.Serialize(sent, OpsJson.Indented) : Sentence(sent));
                    return ExitCodes.Done;
                }

                output.Write(await get.ToFileAsync(result.GetValue(what)!, result.GetValue(file), cancellationToken), Show);
                return ExitCodes.Done;
            }, what, file);
    }

    private static void Show(IAnsiConsole console, FrameGetReport report)
    {
        console.WriteLine(Sentence(report), Styles.Of(Severity.Calm));
        foreach (var tried in report.Tried.Where(t => !t.IsHere))
            console.WriteLine($"  {tried}", Styles.Of(Severity.Waiting));
    }

    private static string Sentence(FrameGetReport report) => report.From.Count == 0
        ? $"{report.File} was there already, whole."
        : $"{report.File ?? report.Frame ?? report.Cid}: {new ByteSize(report.Bytes)} from {string.Join(", then ", report.From)}, SHA-256 "
            + $"{report.Sha256}.";
}
