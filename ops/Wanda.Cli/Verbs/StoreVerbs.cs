using System.CommandLine;
using Spectre.Console;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda store</c>: whether the blocks are what their CIDs say, after a power cut or with a disk that is doubted.</summary>
internal static class StoreVerbs
{
    public static Command Create(VerbOptions options)
    {
        var repair = new Option<bool>("--repair")
        {
            Description = "Make good what can be: from the frames' own files, then from destinations of any kind and gateways.",
        };
        return Verb.Group(options, "store", "The embedded block store.",
            Verb.Create(options, "verify", "Read and hash every block, those in frames' files too. Ends with exit code 1 while something "
                + "is wrong.", async (result, node, output, cancellationToken) =>
            {
                var report = await node.Get<BlockStoreCheck>().RunAsync(result.GetValue(repair), cancellationToken);
                output.Write(report, Show);
                return report.Remaining.Count == 0 ? ExitCodes.Done : ExitCodes.NotDone;
            }, repair));
    }

    private static void Show(IAnsiConsole console, BlockStoreReport report)
    {
        console.WriteLine($"{report.CheckedBlocks:N0} blocks ({new ByteSize(report.CheckedBytes)}) read and hashed. The store keeps "
            + $"{report.StoredBlocks:N0} ({new ByteSize(report.StoredBytes)}) of its own and refers to {report.ReferredFiles:N0} frames "
            + $"({new ByteSize(report.ReferredBytes)}); {report.Pins:N0} pins.");
        if (report.Moved > 0)
            console.WriteLine($"{report.Moved:N0} frames are referred to where they lie now.");
        if (report is { Rebuilt: { } rebuilt, Fetched: { } fetched } && report.Damage.Count > 0)
        {
            console.WriteLine($"{report.Damage.Count:N0} damaged: {rebuilt:N0} blocks made again from frames, {fetched:N0} "
                + $"fetched{(report.From.Count > 0 ? $" from {string.Join(", ", report.From)}" : "")}.");
        }

        foreach (var place in report.Tried)
            console.WriteLine(place.ToString(), Styles.Of(Severity.Waiting));
        foreach (var damage in report.Remaining)
            console.WriteLine($"{damage.Of ?? damage.Cid}: {damage.Detail}", Styles.Of(Severity.NeedsYou));
        console.WriteLine(
            report.Remaining.Count == 0 ? "Every block is what its CID says."
            : report.Rebuilt is null ? "'wanda store verify --repair' makes good what the frames, the destinations or a gateway still have."
            : "What remains is in no file here, and nobody who was asked gave it.",
            Styles.Of(report.Remaining.Count == 0 ? Severity.Calm : Severity.NeedsYou));
    }
}
