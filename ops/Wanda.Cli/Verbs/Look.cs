using Spectre.Console;
using Wanda.CaptureProducer.Survey;
using Wanda.Custody;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary>A look into a folder before its files are taken, and what is said of it.</summary>
internal static class Look
{
    /// <summary>Looks.</summary>
    /// <exception cref="OpsException">It cannot be looked into.</exception>
    public static async Task<FolderSurvey> AtAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await new FolderSurveyor(TimeProvider.System).LookAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsException($"{path} cannot be looked into: {e.Message}", e);
        }
    }

    /// <summary>Says what is there, and how long it takes.</summary>
    public static void Tell(IAnsiConsole console, FolderView found)
    {
        console.WriteLine($"  {FolderWords.There(found)}");
        if (FolderWords.Unreadable(found) is { } unreadable)
            console.WriteLine($"  {unreadable}", Styles.Of(Severity.NeedsYou));
        if (FolderWords.Sample(found) is { } sample)
            console.WriteLine($"  {sample}");
    }
}
