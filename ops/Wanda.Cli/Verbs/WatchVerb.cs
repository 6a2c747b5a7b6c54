using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using Wanda.CaptureProducer.Survey;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda watch add</c>: looks into a folder and proposes how it is watched. It changes nothing.</summary>
internal static class WatchVerb
{

    // As a person would write it: quotes and controls escaped, no other letter.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(VerbOptions options)
    {
        var path = new Argument<string?>("PATH")
        {
            Description = "The folder. Without one, the folders in which the WANDA app may write are looked for.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var preset = new Option<string?>("--preset")
        {
            Description = $"The program that writes there: {string.Join(", ", WatchPreset.All)}. Default: what its files look like.",
        };
        var adopt = new Option<bool>("--adopt")
        {
            Description = "Propose that a frame's original is removed once the frame is proven elsewhere and released.",
        };
        var add = new Command("add", "Look into a folder and propose how it is watched; nothing is changed.")
        {
            path, preset, adopt, options.Json,
        };
        add.SetAction(async (result, cancellationToken) =>
        {
            var named = result.GetValue(preset) is { } typed ? PresetName.Of(typed) : null;
            var folders = result.GetValue(path) is { } given ? [given] : AppFolders();
            var survey = await Look.AtAsync(folders[0], cancellationToken);
            var proposal = new Proposal(
                survey, named ?? survey.Preset, result.GetValue(adopt), [.. folders.Skip(1)]);
            new Output(result.GetValue(options.Json)).Write(proposal, Tell);
            return ExitCodes.Done;
        });
        return new Command("watch", "Folders that other programs write to.") { add };
    }

    private static IReadOnlyList<string> AppFolders() => new WandaAppFolders().Find() is { Count: > 0 } found
        ? found
        : throw new OpsException("No folder of the WANDA app was found. Name the folder: wanda watch add PATH.");

    private static void Tell(IAnsiConsole console, Proposal proposal)
    {
        var found = proposal.Found;
        console.WriteLine(proposal.Preset is { } preset
            ? $"{found.Path} is watched as preset \"{preset}\"."
            : $"{found.Path}: no capture program is known by what lies there.");
        Look.Tell(console, FolderLook.View(found));
        console.WriteLine($"  {Fate(proposal)}");
        if (proposal.Adopt && found.NotRemovable is { } why)
        {
            console.WriteLine($"  This user could remove no frame there: {why}. See \"A folder that is emptied\" in docs/operations.md.",
                Styles.Of(Severity.NeedsYou));
        }

        if (proposal.Adopt && proposal.Preset == WatchPreset.WandaApp.Name)
            console.WriteLine("  Each session's folder gets a metadata.json with its CIDs; \"metadata\": \"own\" leaves that out.");
        foreach (var other in proposal.Others)
            console.WriteLine($"  The app may write to {other} too; it was written to less lately.", Styles.Quiet);
        console.WriteLine("In wanda.json, under \"watch\":");
        console.WriteLine($"  {proposal.Line}");
    }

    private static string Fate(Proposal proposal)
    {
        var found = proposal.Found;
        var there = $"the {FolderWords.Count(found.Frames + found.Videos, "file")} of now ({new ByteSize(found.Bytes)})";
        return proposal.Adopt
            ? $"A frame that comes from now on is removed from there once it is proven elsewhere and released; {there} would only be "
                + "with \"adoptExisting\": true."
            : "Nothing is ever removed from there (\"take\": \"copy\"). With --adopt a frame goes once it is proven elsewhere and "
                + $"released; {there} would only with \"adoptExisting\": true.";
    }

    /// <summary>What is proposed, and what for.</summary>
    private sealed record Proposal(FolderSurvey Found, string? Preset, bool Adopt, IReadOnlyList<string> Others)
    {
        /// <summary>What to write.</summary>
        public string Line
        {
            get
            {
                var keys = new List<string> { $"\"path\": {JsonSerializer.Serialize(Found.Path, Plain)}" };
                if (Preset is not null)
                    keys.Add($"\"preset\": {JsonSerializer.Serialize(Preset, Plain)}");
                if (Adopt)
                    keys.Add("\"take\": \"adopt\"");
                return $"{{ {string.Join(", ", keys)} }}";
            }
        }
    }
}
