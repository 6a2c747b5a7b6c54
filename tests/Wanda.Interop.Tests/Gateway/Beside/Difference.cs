namespace Wanda.Interop.Tests.Gateway.Beside;

/// <summary>A kind of answer that is ours on purpose.</summary>
internal sealed record Difference(string Reason, Func<Asked, Answered, Answered, bool> Covers)
{
    /// <summary>The kinds, the first that fits; what none covers fails the test.</summary>
    public static readonly Difference[] Kinds =
    [
        new("a tenant's file may not act as a page: what could be one is octet-stream, not to be sniffed",
            (_, kubo, ours) => ours.Status is 200 or 206 && ours.Status == kubo.Status && ours["X-Content-Type-Options"] == "nosniff"
                && ours["type"] == "application/octet-stream" && kubo["type"].StartsWith("text/html", StringComparison.Ordinal)
                && !ours.Against(kubo).Except(["X-Content-Type-Options", "type", "bytes"]).Any()),
        new("a path or root that is not here is a 404 before the first byte; Kubo begins a CAR", (asked, kubo, ours) =>
            ours.Status == 404 && kubo.Status == 200 && kubo["type"].Contains("ipld.car", StringComparison.Ordinal)),
        new("another unit than bytes is ignored (RFC 9110, 14.2); Kubo refuses it", (asked, _, ours) =>
            Value(asked, "Range").StartsWith("items", StringComparison.Ordinal) && ours.Status == 200),
        new("any stretch of an empty file is the empty file; Kubo says 500, or nothing of its type", (asked, kubo, ours) =>
            Value(asked, "Range").Length > 0 && ours.Status == 200 && ours["type"] == "text/plain" && kubo.Status is 200 or 500),
        new("the last 99 of 6 bytes are 6 (RFC 9110, 14.1.2); Kubo refuses them", (asked, kubo, ours) =>
            Value(asked, "Range") == "bytes=-99" && ours.Status == 206 && kubo.Status is 400 or 500),
        new("TAR and unknown formats are refused", (asked, _, ours) =>
            (asked.Path.Contains("=tar", StringComparison.Ordinal)
                || asked.Path.Contains("=nope", StringComparison.Ordinal)) && ours.Status is 400 or 406),
        new("entity-bytes alone means dag-scope=entity, as the specification has it; Kubo sends all", (asked, _, ours) =>
            asked.Path.EndsWith("car&entity-bytes=0:5", StringComparison.Ordinal) && ours.Status == 200),
        new("HEAD of a directory tells what GET does; Kubo tells nothing", (asked, kubo, ours) =>
            asked.Method == "HEAD" && kubo.Status == 200 && kubo["type"].Length == 0 && ours.Status == 200),
        new("a hash function that is not known here is refused when it is sent", (asked, _, ours) =>
            asked.Path.Contains(Content.Refused, StringComparison.Ordinal) && ours.Status == 404),
        new("the quality in Accept counts; Kubo takes the first type that it knows", (asked, _, _) =>
            Value(asked, "Accept") == "application/vnd.ipld.raw;q=0.5, application/vnd.ipld.car;q=0.9"),
        new("dag-cbor and dag-json are given as they are; Kubo has a page that shows them", (asked, kubo, ours) =>
            Value(asked, "Accept") == "text/html" && kubo.Status == 301 && ours.Status == 200),
        new("a stretch that ends before it begins in this file has no bytes; Kubo breaks off", (asked, kubo, ours) =>
            asked.Path.EndsWith("=-5:2", StringComparison.Ordinal) && ours.Status == 200),
        new("a redirect may be followed by any page too", (_, kubo, ours) =>
            kubo.Status == 307 && ours.Status == 307 && ours.Against(kubo).SequenceEqual(["Access-Control-Allow-Origin"])),
    ];

    private static string Value(Asked asked, string header) => asked.Headers.FirstOrDefault(h => h.Name == header).Value ?? "";
}
