using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wanda.SocketIO.Protocol;

/// <summary>Packets of Engine.IO protocol 4: a digit, and a text.</summary>
internal static class EngineIO
{
    public const string Version = "4";
    public const char Open = '0';
    public const char Close = '1';
    public const char Ping = '2';
    public const char Pong = '3';
    public const char Message = '4';
    public const char Upgrade = '5';
    public const char Noop = '6';

    /// <summary>What a websocket is tried with before a session moves to it.</summary>
    public const string Probe = "probe";

    /// <summary>Stands between packets that long-polling carries together.</summary>
    private const char Separator = '\x1e';

    /// <summary>What long-polling carried.</summary>
    /// <exception cref="SocketIOException">There are more than so many, an empty one, or one with binary data.</exception>
    public static IReadOnlyList<string> Split(string payload, int most)
    {
        var packets = payload.Split(Separator, most + 1);
        if (packets.Length > most)
            throw new SocketIOException("Too many packets came at once.");
        if (packets.Any(p => p.Length == 0 || p[0] is < Open or > Noop))
            throw new SocketIOException("A packet of an unknown type came; only text is taken.");
        return packets;
    }

    public static string Join(IEnumerable<string> packets) => string.Join(Separator, packets);

    /// <summary>How a session begins.</summary>
    public static string Handshake(string id, bool upgrades, SocketIOOptions options) => Open + new JsonObject
    {
        ["sid"] = id,
        ["upgrades"] = upgrades ? new JsonArray("websocket") : [],
        ["pingInterval"] = (long)options.PingInterval.TotalMilliseconds,
        ["pingTimeout"] = (long)options.PingTimeout.TotalMilliseconds,
        ["maxPayload"] = options.MaxPayload,
    }.ToJsonString();

    /// <summary>How long a server may be silent, by its own word, within bounds.</summary>
    /// <exception cref="SocketIOException">It is no beginning of a session.</exception>
    public static TimeSpan LongestSilence(string packet)
    {
        try
        {
            if (packet.Length > 0 && packet[0] == Open)
            {
                using var handshake = JsonDocument.Parse(packet.AsMemory(1));
                var both = handshake.RootElement.GetProperty("pingInterval").GetInt32()
                    + (long)handshake.RootElement.GetProperty("pingTimeout").GetInt32();
                return TimeSpan.FromMilliseconds(Math.Clamp(both, 1_000, 300_000));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentException)
        {
        }

        throw new SocketIOException("It does not speak Engine.IO 4.");
    }
}
