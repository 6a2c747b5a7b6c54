using System.Reflection;
using System.Text.Json;

namespace Wanda.Ipfs.Tests.Support;

/// <summary>Vectors/ipfs.json: CIDs made by another importer, and fixtures published with Kubo.</summary>
internal static class PublishedVectors
{
    public static readonly string RepositoryRoot = typeof(PublishedVectors).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "RepositoryRoot").Value!;

    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(RepositoryRoot, "tests/Wanda.Ipfs.Tests/Vectors/ipfs.json"))).RootElement;

    public static IEnumerable<JsonElement> Section(string name) => Root.GetProperty(name).EnumerateArray();

    /// <summary>The repeating pattern of the plain vectors.</summary>
    public static byte[] Pattern(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 31 + 7))];

    public static UnixFsProfile Profile(string column) => column.Split(" (")[0] switch
    {
        "kubo-default" or "unixfs-v0-2015" => UnixFsProfile.CidV0,
        "cidv1" => UnixFsProfile.CidV1,
        "cidv1 dag-pb leaves" => UnixFsProfile.CidV1 with { RawLeaves = false },
        "cidv0 raw leaves" => UnixFsProfile.CidV0 with { RawLeaves = true },
        "unixfs-v1-2025" => UnixFsProfile.UnixFsV1_2025,
        _ => throw new ArgumentException(column),
    };
}
