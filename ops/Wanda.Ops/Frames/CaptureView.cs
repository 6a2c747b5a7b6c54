using System.Text;
using System.Text.Unicode;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.Ops;

/// <summary>A capture as the WANDA app's page knows it.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Path">Where the page gets it: <c>/captures/FOLDER/NAME</c>, not escaped.</param>
/// <param name="Id">Its capture id; null while it was not taken yet.</param>
/// <param name="SizeBytes">Its size; null while it was not taken yet.</param>
/// <param name="CapturedAt">When it was taken, UTC.</param>
/// <param name="Ipfs">Where it is.</param>
public sealed record CaptureView(string Name, string Path, string? Id, long? SizeBytes, DateTimeOffset? CapturedAt, CaptureCopies Ipfs)
{
    private const string Prefix = "/captures/";

    /// <summary>Of a frame, by the name that its program gave it.</summary>
    public static CaptureView Of(FrameRow row, int copies)
    {
        var capture = row.Capture;
        var path = capture.SourcePath ?? ArchivePaths.OriginalOf(capture);
        var name = path is null ? capture.FileName : NameOf(path);
        return new CaptureView(name, Prefix + (path is null ? name : Text(path.Bytes.Span)), capture.Id.ToString(), capture.SizeBytes,
            capture.TakenAt, CaptureCopies.Of(row, copies));
    }

    /// <summary>Of a file that is there and was not taken yet.</summary>
    public static CaptureView NotTaken(string? folder, string name) =>
        new(name, $"{Prefix}{(folder is null ? "" : folder + "/")}{name}", null, null, null, CaptureCopies.None);

    /// <summary>The name at the end of a path, as text.</summary>
    public static string NameOf(RawName path) => Text(path.Bytes.Span[(path.Bytes.Span.LastIndexOf((byte)'/') + 1)..]);

    // As the page writes it, where it can be written; otherwise as on screens.
    private static string Text(ReadOnlySpan<byte> name) =>
        Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : new RawName(name).ToString();
}
