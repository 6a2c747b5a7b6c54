using System.Text.Json;

namespace Wanda.Ipfs;

/// <summary>The JSON of a remote: whatever is wrong with it is a <see cref="JsonException"/>. It may be 64 levels deep.</summary>
internal static class RemoteJson
{
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            // Text that is no UTF-8, or half of a surrogate pair, is noticed only when it is read.
            throw new JsonException(e.Message, e);
        }
    }
}
