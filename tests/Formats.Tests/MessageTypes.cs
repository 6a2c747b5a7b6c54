using System.Text.Json.Serialization;
using Wanda.Contracts;

namespace Formats.Tests;

/// <summary>Every message that this version knows. Identifiers have a JSON converter of their own, events have not.</summary>
internal static class MessageTypes
{
    public static IReadOnlyList<Type> All { get; } = [
        .. typeof(CaptureSaved).Assembly.GetExportedTypes().Where(
            t => t is { IsClass: true, IsAbstract: false } && !t.IsDefined(typeof(JsonConverterAttribute), inherit: false))];
}
