using System.Diagnostics.CodeAnalysis;
using Wanda.Custody;

namespace Wanda.Ops;

/// <summary>Why a frame has no preview, in words: a sentence without its full stop.</summary>
public static class PreviewWords
{
    /// <summary>A code with its detail, or a sentence of a version before.</summary>
    [return: NotNullIfNotNull(nameof(reason))]
    public static string? Of(string? reason)
    {
        if (reason is null)
            return null;
        var (code, detail) = Coded.Read<PreviewCode>(reason);
        return code switch
        {
            PreviewCode.FileMissing => $"the file {detail} is missing",
            PreviewCode.Released => "the frame was released before its preview was made",
            PreviewCode.Failed => $"the preview maker failed: {detail}",
            _ => detail,
        };
    }
}
