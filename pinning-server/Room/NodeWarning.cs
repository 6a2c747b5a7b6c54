using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wanda.PinningServer;

/// <summary>Says what is going to end a node's uploads while there is still time: room that runs out, a token that ends.</summary>
internal sealed partial class NodeWarning(
    QuotaLedger ledger, DataFolder folder, PinningServerOptions options, TimeProvider time, ILogger<NodeWarning> log)
{
    private static readonly TimeSpan LoggedEvery = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _logged = new(StringComparer.Ordinal);

    /// <summary>Each a reason and half a sentence; none when all is well.</summary>
    public IReadOnlyList<string> Of(Node node) => [.. new[] { Token(node), Room(node) }.OfType<string>()];

    /// <summary>Whether room runs out.</summary>
    public bool IsRoomLow(Node node) => Room(node) is not null;

    /// <summary>Puts the warnings on an answer to the node.</summary>
    public void Tell(HttpResponse answer, Node node)
    {
        if (Of(node) is not { Count: > 0 } warnings)
            return;
        answer.Headers["Wanda-Warning"] = warnings.ToArray();
        var now = time.GetUtcNow();
        if (!_logged.TryGetValue(node.Name, out var last) || (now - last).Duration() >= LoggedEvery)
        {
            _logged[node.Name] = now;
            Warned(node.Name, string.Join("; ", warnings));
        }
    }

    private string? Token(Node node)
    {
        if (node.Expires is not { } end || end - time.GetUtcNow() > options.WarnBeforeExpiry)
            return null;
        var when = end.UtcDateTime;
        return Text(
            $"TOKEN_ENDS the token of {node.Name} ends {when:yyyy-MM-dd HH:mm} UTC, ask the operator of this server for a new invite");
    }

    private string? Room(Node node)
    {
        var use = ledger.Use(node);
        if (node.QuotaBytes is { } quota && use.Bytes + use.Overhead + use.Reserved >= options.WarnAt * quota)
            return Text($"QUOTA_LOW {use.Left} of {quota} bytes are left to {node.Name}");
        // Of the disk, not of a small quota on it.
        long left = ledger.DiskLeft, room = folder.TotalBytes - options.MinFreeBytes;
        return left <= (1 - options.WarnAt) * room ? Text($"DISK_LOW {left} bytes are left on the server's disk") : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} is warned: {Warnings}")]
    private partial void Warned(string node, string warnings);
}
