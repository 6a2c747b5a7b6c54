using System.Reflection;
using Xunit.Abstractions;

namespace Tests.Shared;

/// <summary>
/// Starts the collections that take longest before the others, so that none of them runs alone at the end: those that the suite's assembly
/// names in metadata called <c>StartsFirst</c> (a class, or a collection), in that order.
/// </summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] First = [.. typeof(LongestFirst).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(metadata => metadata.Key == "StartsFirst").Select(metadata => metadata.Value!)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(PlaceOf);

    private static int PlaceOf(ITestCollection collection) =>
        Array.FindIndex(First, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) is >= 0 and var place
            ? place
            : First.Length;
}
