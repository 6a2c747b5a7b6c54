namespace Wanda.Interop.Tests.Deploy;

/// <summary>The files of <c>ops/deploy</c>, as an operator gets them.</summary>
internal static class Shipped
{
    private static readonly string Folder = Path.Combine(NodePeer.Folder, "..", "..", "..", "ops", "deploy");

    /// <summary>What they are called.</summary>
    public static IEnumerable<string> Names(string pattern) => Directory.GetFiles(Folder, pattern).Select(f => Path.GetFileName(f)!);

    public static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(Folder, file));
}

internal static class ShippedExtensions
{
    /// <summary>Replaces what must be there: a file that no longer has it is not tested as it is meant.</summary>
    public static string Instead(this string text, string old, string @new)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, @new, StringComparison.Ordinal);
    }
}
