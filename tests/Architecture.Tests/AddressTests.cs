using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>
/// Law 12: the product knows no address of its own. It speaks with whom the operator names, and says nothing to anybody else.
/// </summary>
public partial class AddressTests
{
    private static readonly Dictionary<string, string> Known = new()
    {
        ["api.pinata.cloud"] = "asked when a destination of kind pinata is configured, which takes \"public\": true",
        ["uploads.pinata.cloud"] = "the same",
        ["dist.ipfs.tech"] = "asked when somebody types 'wanda ipfs install' without --from or --site",
        ["sqlite.org"] = "a page for the reader, in the notice of a SQLite with the WAL-reset bug; never asked",
    };

    [Fact]
    public void Every_address_in_the_product_is_this_machine_or_an_example_or_stands_here()
    {
        var others = from file in Repository.ProductCode.Concat(
            Repository.FilesOf(".razor", ".js", ".css").Where(f => f.StartsWith("ops/", StringComparison.Ordinal)))
                     from line in Repository.Code(file)
                     from Match address in Address().Matches(line.Text)
                     let host = address.Groups[1].Value
                     where !IsThisMachine(host) && !IsExample(host)
                     select (host, at: $"{file}:{line.Number}: {host}");
        Report.None(others.Where(o => !Known.ContainsKey(o.host)).Select(o => o.at));
        Report.None(Known.Keys.Except(others.Select(o => o.host)).Select(host => $"{host} is in no source any more."));
    }

    private static bool IsThisMachine(string host) => host is "127.0.0.1" or "localhost";

    // In capitals: a word for the reader to replace.
    private static bool IsExample(string host) =>
        host.EndsWith(".example.org", StringComparison.Ordinal) || host == host.ToUpperInvariant();

    [GeneratedRegex(@"\bhttps?://([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)")]
    private static partial Regex Address();
}
