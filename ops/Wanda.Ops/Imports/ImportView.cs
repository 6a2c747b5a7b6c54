using System.Globalization;
using Wanda.Catalog;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>An import as an operator sees it. Times are UTC.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Path">The folder.</param>
/// <param name="State">How it is.</param>
/// <param name="Found">Files that are there.</param>
/// <param name="Taken">Files that are captures now.</param>
/// <param name="Known">Files that were captures already, by their content.</param>
/// <param name="Refused">Files that were not taken; they are listed with their reasons.</param>
/// <param name="Left">Files that were left, since somebody wrote to them to the end; importing the folder again takes them.</param>
/// <param name="Bytes">Of the files that are there.</param>
/// <param name="DoneBytes">Of those that were taken, known or refused.</param>
/// <param name="AskedAt">When it was asked for.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="How">How far it is, and what it waits for, in a sentence.</param>
/// <param name="NeedsSomebody">Whether it waits for something that does not come by itself.</param>
public sealed record ImportView(
    long Id, string Path, ImportState State, long Found, long Taken, long Known, long Refused, long Left, long Bytes, long DoneBytes,
    DateTimeOffset AskedAt, DateTimeOffset? EndedAt, string How, bool NeedsSomebody)
{
    /// <summary>Files that nothing is left to do about.</summary>
    public long Dealt => Taken + Known + Refused + Left;

    /// <summary>How much that should worry.</summary>
    public Severity Severity => NeedsSomebody ? Severity.NeedsYou : State == ImportState.Open ? Severity.Waiting : Severity.Calm;

    /// <summary>In words.</summary>
    public static ImportView Of(ImportRecord import) => new(
        import.Id, import.Path, import.State, import.Found, import.Taken, import.Known, import.Refused, import.Left,
        import.FoundBytes, import.DoneBytes, import.AskedAt, import.EndedAt, $"{Words(import)}.",
        import.Left > 0 || import.Wait is ImportWait.Folder or ImportWait.Storage or ImportWait.Room);

    private static string Words(ImportRecord import)
    {
        var far = $"{Number(import.Taken)} taken, {Number(import.Known)} known already"
            + (import.Refused > 0 ? $", {Number(import.Refused)} not taken" : "");
        return import.State switch
        {
            ImportState.Done when import.Left > 0 =>
                $"done: {far}, {Number(import.Left)} left, to which somebody was writing: import the folder again when that is over",
            ImportState.Done => $"done: {far}",
            ImportState.Stopped => $"stopped: {far}",
            _ when import.Found == 0 && import.Wait is null => "begins when the node runs",
            _ => $"{Number(import.Taken + import.Known + import.Refused)} of {Number(import.Found)}: {far}{Wait(import)}",
        };
    }

    private static string Wait(ImportRecord import) => import.Wait switch
    {
        ImportWait.Others => "; other frames go first",
        ImportWait.Queues => "; what was taken is being added and sent",
        ImportWait.Room => "; waits for room: it leaves release.lowWater free. Bring frames elsewhere, or give the node a larger disk",
        ImportWait.Folder => $"; its folder cannot be read ({import.Detail?.TrimEnd('.')}): mount it, and it goes on by itself",
        ImportWait.Storage => $"; the node's storage cannot be used ({import.Detail?.TrimEnd('.')})",
        ImportWait.Writers => "; waits for files that somebody is writing to",
        _ => "",
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
