using Wanda.Contracts;

namespace Formats.Tests;

/// <summary>Every message that this version knows. Identifiers are structs, events are classes.</summary>
internal static class MessageTypes
{
    public static IReadOnlyList<Type> All { get; } = [
        .. typeof(CaptureSaved).Assembly.GetExportedTypes().Where(t => t is { IsClass: true, IsAbstract: false })];
}
