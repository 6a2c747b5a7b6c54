using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>Says that room runs out while there still is some.</summary>
internal sealed class RoomWarning(QuotaLedger ledger, DataFolder folder, PinningServerOptions options)
{
    /// <summary>A reason and a sentence; null when all is well.</summary>
    public string? Of(Node node)
    {
        var use = ledger.Use(node);
        if (node.QuotaBytes is { } quota && use.Bytes + use.Reserved >= options.WarnAt * quota)
        {
            return Text($"QUOTA_LOW {use.Left} of {quota} bytes are left to {node.Name}");
        }
        long room = folder.TotalBytes - options.MinFreeBytes;
        return use.Left <= (1 - options.WarnAt) * room ? Text($"DISK_LOW {use.Left} bytes are left on the server's disk") : null;
    }

    /// <summary>Puts the warning on the answer to something that took room.</summary>
    public void Tell(HttpContext context)
    {
        if (Of(context.Caller()) is { } warning)
        {
            context.Response.Headers["Wanda-Warning"] = warning;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
