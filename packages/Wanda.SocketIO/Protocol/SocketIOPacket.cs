using System.Globalization;

namespace Wanda.SocketIO.Protocol;

internal enum PacketType
{
    Connect,
    Disconnect,
    Event,
    Ack,
    ConnectError,
}

/// <summary>A packet of Socket.IO protocol 5, as it stands in a message of Engine.IO.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Namespace">Of which namespace.</param>
/// <param name="Id">The number that an acknowledgement answers to; null when none is wanted.</param>
/// <param name="Json">What it carries, not yet looked at; null for nothing.</param>
internal sealed record SocketIOPacket(PacketType Type, string Namespace, long? Id = null, string? Json = null)
{
    /// <summary>A namespace's name is not longer.</summary>
    public const int MaxNamespace = 100;

    private const int MaxIdDigits = 15;

    /// <summary>Reads one: its head, and where its JSON begins.</summary>
    /// <exception cref="SocketIOException">It is none.</exception>
    public static SocketIOPacket Parse(string text)
    {
        if (text.Length == 0 || text[0] is < '0' or > '6')
            throw new SocketIOException("A packet of an unknown type came.");
        if (text[0] > '4')
            throw new SocketIOException("A packet with binary data came; only text is taken.");
        var (type, at, name) = ((PacketType)(text[0] - '0'), 1, "/");
        if (at < text.Length && text[at] == '/')
        {
            var end = text.IndexOf(',', at);
            name = end < 0 ? text[at..] : text[at..end];
            at = end < 0 ? text.Length : end + 1;
            // What follows a question mark is the client's own, and no part of the name.
            name = name.Split('?')[0];
            if (name.Length > MaxNamespace)
                throw new SocketIOException("A namespace's name is too long.");
        }

        var digits = 0;
        while (at + digits < text.Length && char.IsAsciiDigit(text[at + digits]))
            digits++;
        if (digits > MaxIdDigits)
            throw new SocketIOException("A packet's number is too long.");
        long? id = digits == 0 ? null : long.Parse(text.AsSpan(at, digits), CultureInfo.InvariantCulture);
        at += digits;
        return new(type, name, id, at == text.Length ? null : text[at..]);
    }

    /// <summary>As it travels.</summary>
    public override string ToString() =>
        $"{(int)Type}{(Namespace == "/" ? "" : Namespace + ",")}{Id?.ToString(CultureInfo.InvariantCulture)}{Json}";
}
