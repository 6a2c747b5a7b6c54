using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Wanda.Destinations.Sftp;

/// <summary>
/// A request as it goes over the line: length, type, id, and what follows. Source: draft-ietf-secsh-filexfer-02, SFTP version 3.
/// </summary>
internal sealed class SftpRequest
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    /// <param name="type">The message's number.</param>
    /// <param name="id">What the answer is known by; the version for INIT.</param>
    public SftpRequest(byte type, uint id)
    {
        Int(0);
        _bytes.Write([type]);
        Int(id);
    }

    public SftpRequest Int(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public SftpRequest Long(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public SftpRequest Data(ReadOnlySpan<byte> value)
    {
        Int((uint)value.Length);
        _bytes.Write(value);
        return this;
    }

    public SftpRequest Text(string value) => Data(Encoding.UTF8.GetBytes(value));

    public ReadOnlyMemory<byte> ToBytes()
    {
        var bytes = _bytes.WrittenMemory.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        return bytes;
    }
}

/// <summary>An answer, read from front to back; what is cut short is an <see cref="IOException"/>.</summary>
/// <param name="Type">The message's number.</param>
/// <param name="Body">What follows the type.</param>
internal sealed record SftpAnswer(byte Type, ReadOnlyMemory<byte> Body)
{
    private int _at;

    public uint Int() => BinaryPrimitives.ReadUInt32BigEndian(Take(4).Span);

    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Take(8).Span);

    public ReadOnlyMemory<byte> Data() => Take(Int());

    public string Text() => Encoding.UTF8.GetString(Data().Span);

    public bool IsAtEnd => _at == Body.Length;

    private ReadOnlyMemory<byte> Take(uint length)
    {
        if (length > Body.Length - _at)
            throw new IOException("the SFTP server sent an answer that is cut short");
        _at += (int)length;
        return Body.Slice(_at - (int)length, (int)length);
    }
}
