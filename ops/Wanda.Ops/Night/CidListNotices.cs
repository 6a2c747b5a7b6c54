using Wanda.Catalog;
using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>Says where no list of CIDs could be written beside another program's frames. The frames are none the worse for it.</summary>
internal static class CidListNotices
{
    public static IEnumerable<Notice> Of(
        IReadOnlyDictionary<string, IReadOnlyList<CidListTrouble>> troubles, IReadOnlyList<SourceRecord> sources, WandaOptions options) =>
        // What the operator does not want any more is no trouble.
        from source in sources
        where options.Watch.Any(w => w.Path == source.Place && w.MetadataAt == MetadataPlace.Beside)
        from trouble in troubles.GetValueOrDefault(source.Name) ?? []
        select new Notice(Severity.Waiting, Words(trouble, source.Place), "/sources") { Since = trouble.Since };

    private static string Words(CidListTrouble trouble, string place)
    {
        var folders = $"{trouble.Folders:N0} {(trouble.Folders == 1 ? "folder" : "folders")} in {place} (as {trouble.Folder})";
        const string Or = "or write \"metadata\": \"own\" under \"watch\" in wanda.json.";
        return trouble.Reason switch
        {
            CidListReason.Foreign => $"{folders} {(trouble.Folders == 1 ? "has" : "have")} a metadata.json that is not this node's; it "
                + $"is left as it is, and none with CIDs is written there. Give that file another name, {Or}",
            CidListReason.NotAllowed => $"metadata.json cannot be written into {folders}: {trouble.Detail.TrimEnd('.')}. Do: run the node "
                + "as the folder's owner, or give its user the right to write there, and its unit the path (docs/operations.md, \"A "
                + $"folder that is emptied\"); {Or} It is tried again by itself.",
            _ => $"metadata.json could not be written into {folders}: {trouble.Detail.TrimEnd('.')}. It is tried again by itself.",
        };
    }
}
