using System.Text.Json.Serialization;

namespace Wanda.Catalog;

/// <summary>Why lists of CIDs do not lie in the folders of another program.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CidListReason>))]
public enum CidListReason
{
    /// <summary>This node may not write there.</summary>
    NotAllowed,

    /// <summary>Writing failed.</summary>
    Failed,

    /// <summary>A file of the name is there that is not ours.</summary>
    Foreign,
}

/// <summary>Lists of CIDs that could not be written below a watched folder.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Folders">Into how many folders.</param>
/// <param name="Folder">One of them, below the watched one.</param>
/// <param name="Detail">What the system said; empty where the reason says everything.</param>
/// <param name="Since">Since when, UTC.</param>
public sealed record CidListTrouble(CidListReason Reason, int Folders, string Folder, string Detail, DateTimeOffset Since);
