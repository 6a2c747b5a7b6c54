using System.Text;
using Wanda.Catalog;
using Wanda.Contracts;

namespace Wanda.CaptureProducer.Watch;

/// <summary>Names by which programs say that a file is not, or not yet, for others.</summary>
internal static class UnfinishedNames
{
    // What browsers, rsync, Syncthing, editors and capture programs call files that they have not finished.
    private static readonly string[] Endings = [".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~"];

    /// <summary>Why a file of this name is not taken; null when its name says nothing.</summary>
    public static RefusalCode? Reason(RawName path)
    {
        var bytes = path.Bytes.Span;
        var name = Encoding.Latin1.GetString(bytes[(bytes.LastIndexOf((byte)'/') + 1)..]);
        if (name[0] == '.')
            return RefusalCode.Hidden;
        return name[0] == '~' || Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            ? RefusalCode.Unfinished
            : null;
    }
}
