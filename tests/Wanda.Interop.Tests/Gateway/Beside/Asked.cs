namespace Wanda.Interop.Tests.Gateway.Beside;

/// <summary>A request, in which names stand for CIDs.</summary>
internal sealed record Asked(string Method, string Path, params (string Name, string Value)[] Headers)
{
    private const string Raw = "application/vnd.ipld.raw";
    private const string Car = "application/vnd.ipld.car";
    private const string Frame = "HAMT/frame_00007_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.fits";
    private const string NoFrame = "HAMT/frame_99999_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.fits";
    private const string Deep = "DIR/sub%20dir/%C3%A9/x%23%3F%25.fits";

    /// <summary>What both gateways are asked.</summary>
    public static IEnumerable<Asked> All =>
    [
        .. Roots(), .. Cars(), .. Missing(), .. Files(), .. Directories(), .. Ipld(), .. Stretches(), .. Words(), .. Ranges(),
        .. Conditions(), .. Rest(),
    ];

    public override string ToString() => string.Join(' ', (string[])[Method, Path, .. Headers.Select(h => $"{h.Name}: {h.Value}")]);

    private static Asked Get(string path, params (string, string)[] headers) => new("GET", $"/ipfs/{path}", headers);

    private static Asked Head(string path, params (string, string)[] headers) => new("HEAD", $"/ipfs/{path}", headers);

    // Every root, raw and as a CAR, by address and by header.
    private static IEnumerable<Asked> Roots() =>
        from root in (string[])["DIR", "THREE", "SMALL", "EMPTY", "V0", "HAMT", "CBOR", "JSON", "IDENT"]
        from asked in (Asked[])
        [
            Get($"{root}?format=raw"), Get($"{root}?format=car"), Head($"{root}?format=raw"), Head($"{root}?format=car"),
            Get(root, ("Accept", Raw)), Get(root, ("Accept", Car)), Head(root, ("Accept", Raw)), Head(root, ("Accept", Car)),
            .. from scope in (string[])["block", "entity", "all"] select Get($"{root}?format=car&dag-scope={scope}"),
            Get(root, ("Accept", $"{Car};order=dfs;dups=n")), Get(root, ("Accept", $"{Car};version=1;order=dfs;dups=y")),
            Get(root, ("Accept", $"{Car};version=2")), Get($"{root}?format=car&car-order=unk&car-dups=n"),
            Get(root, ("Accept", $"text/html, {Raw};q=0.9, */*;q=0.1")), Get($"{root}?format=raw", ("Accept", Car)),
        ]
        select asked;

    // Blocks and CARs of paths.
    private static IEnumerable<Asked> Cars() =>
        from path in (string[])
        [
            "DIR/small.txt", "DIR/three.bin", "DIR/empty", "DIR/link", "DIR/sub%20dir", Deep, "DIR/p.json", Frame, "DIR/", "DIR/sub%20dir/",
            "DIR/small.txt/", "JSON/file", "CBOR/list/0",
        ]
        from query in (string[])
            ["format=raw", "format=car", "format=car&dag-scope=block", "format=car&dag-scope=entity", "format=car&dag-scope=all&car-dups=y"]
        select Get($"{path}?{query}");

    // What is not there.
    private static IEnumerable<Asked> Missing() =>
    [
        .. from path in (string[])
               ["DIR/nothing", "DIR/nothing/deeper", "DIR/small.txt/below", NoFrame, "SMALL/below", "HAMT/00", "CBOR/nope"]
           from query in (string[])["", "?format=raw"]
           select Get(path + query),
        .. from path in (string[])["DIR/nothing", "DIR/small.txt/below", NoFrame, "CBOR/nope"] select Get($"{path}?format=car"),
        Get("DIR/nothing?format=car&dag-scope=entity"), Get("BLAKE?format=raw"), Get("BLAKE?format=car"),
    ];

    private static IEnumerable<Asked> Files() =>
        from path in (string[])
        [
            "DIR/small.txt", "DIR/three.bin", "DIR/empty", "DIR/link", Deep, "DIR/one.fits", "DIR/p.json", "DIR/page.html", "DIR/nothing",
            Frame, "SMALL", "V0", "IDENT",
        ]
        from asked in (Asked[])
        [
            Get(path), Head(path), Get($"{path}?download=true&filename=a%20%C3%A9.fits"), Get($"{path}?filename=b.txt"),
            .. from range in (string[])["0-4", "1-", "-5", "0-0,2-3", "999999999-", "5-2"] select Get(path, ("Range", $"bytes={range}")),
        ]
        select asked;

    private static IEnumerable<Asked> Directories() =>
        from path in (string[])["DIR", "DIR/", "DIR/sub%20dir", "DIR/sub%20dir/", "HAMT/"]
        from asked in (Asked[])[Get(path), Head(path), Get(path, ("Accept", "text/html")), Get(path, ("Range", "bytes=0-9"))]
        select asked;

    // dag-cbor and dag-json: as they are, through them, and into them.
    private static IEnumerable<Asked> Ipld() =>
    [
        .. from root in (string[])["CBOR", "JSON", "SMALL", "THREE", "IDENT"]
           from format in (string[])["dag-json", "dag-cbor", "json", "cbor", "ipns-record"]
           select Get($"{root}?format={format}"),
        .. from root in (string[])["CBOR", "JSON"]
           from asked in (Asked[])
           [
               Get(root), Head(root), Get(root, ("Range", "bytes=0-4")), Get(root, ("Accept", "text/html")),
               Get(root, ("Accept", "application/vnd.ipld.dag-json")), Get(root, ("Accept", "application/cbor")),
           ]
           select asked,
        .. from path in (string[])["CBOR/list", "CBOR/n", "CBOR/file", "CBOR/list/0", "JSON/file"]
           from query in (string[])["", "?format=raw", "?format=car", "?format=car&dag-scope=block"]
           select Get(path + query),
    ];

    private static IEnumerable<Asked> Stretches() =>
        from bytes in (string[])
        [
            "0:*", "0:0", "0:99", "1000000:2000000", "-10:*", "-1048576:-1", "3145720:*", "5000000:*", "0:5000000", "5:3", "x", "",
            "1048576:1048576", "0:-1", "-99999999:*", "-99999999:-1", "*:5", "-5:-6", "3145744:*", "3145745:*", "0:1048575", "0:1048576",
            "1:2:3", "99999999999999999999:*", "2097152:*", "0:-3145746",
        ]
        from path in (string[])["DIR/three.bin", "THREE", "V0"]
        select Get($"{path}?format=car&dag-scope=entity&entity-bytes={bytes}");

    // Formats and parameters, right and wrong.
    private static IEnumerable<Asked> Words() =>
    [
        .. from type in (string[])
           [
               "application/vnd.ipld.dag-json", "application/json", "text/html", "image/png", $"{Raw}, {Car}",
               $"{Car}, {Raw}", $"{Raw};q=0.5, {Car};q=0.9", $"{Car};dups=maybe", $"{Car};order=bfs", $"{Car};version=1",
               $"{Car}; order=unk", "application/vnd.ipfs.ipns-record", "*/*", "application/*", $"{Car}, */*;q=0.1", "nonsense",
           ]
           select Get("THREE", ("Accept", type)),
        .. from query in (string[])
           [
               "car-version=1", "car-version=2", "car-dups=y", "car-dups=yes", "car-order=bfs", "dag-scope=nope", "dag-scope=",
               "entity-bytes=0:5", "dag-scope=all&entity-bytes=0:5", "dag-scope=block&entity-bytes=0:10", "filename=x.car",
               "download=false", "dag-scope=ENTITY",
           ]
           select Get($"THREE?format=car&{query}"),
        Get("THREE?format=tar"), Get("THREE?format=nope"), Get("THREE?format=car&dag-scope=entity&entity-bytes=-5:2"),
        Get("THREE?format=car&car-dups=y", ("Accept", $"{Car};dups=n")),
        .. from root in (string[])["DIR", "HAMT", "CBOR", "SMALL", "EMPTY"]
           select Get($"{root}?format=car&dag-scope=entity&entity-bytes=0:3"),
    ];

    private static IEnumerable<Asked> Ranges() =>
        from range in (string[])
        [
            "bytes=0-9", "bytes=-5", "bytes=100-", "bytes=999999999-", "bytes=0-0,5-6", "bytes=3-", "items=0-1", "bytes=5-2", "bytes=-99",
        ]
        from path in (string[])["SMALL?format=raw", "SMALL?format=car"]
        select Get(path, ("Range", range));

    private static IEnumerable<Asked> Conditions() =>
        from path in (string[])
            ["SMALL", "SMALL?format=raw", "SMALL?format=car", "DIR/three.bin", "DIR?format=car", "CBOR?format=raw", "DIR/link"]
        from asked in (Asked[])
        [
            .. from tags in (string[])["*", "\"x\"", "\"x\", *", "TAG", "W/TAG", "\"x\", TAG", "\"x\",, W/TAG"]
               select Get(path, ("If-None-Match", tags)),
            Head(path, ("If-None-Match", "TAG")), Get(path, ("If-Range", "\"x\""), ("Range", "bytes=0-1")),
            Get(path, ("Cache-Control", "only-if-cached")),
        ]
        select asked;

    private static IEnumerable<Asked> Rest() =>
    [
        .. from root in (string[])
           [
               "bafkqa", "Qm11111111111111111111111111111111111111111111", "nonsense", "bafkqaaa",
               "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
           ]
           from asked in (Asked[])
           [
               Get($"{root}?format=raw"), Head($"{root}?format=raw"), Get(root), Get($"{root}?format=car"),
               Get($"{root}?format=raw", ("Cache-Control", "only-if-cached")),
           ]
           select asked,
        Get("THREE/"), Get("DIR//small.txt"), Get("DIR/./small.txt"), Get("DIR/sub%20dir/../small.txt"),
        Get("DIR/small.txt?filename=a.html"), Get("SMALL?format=raw&filename=a%20b.bin"), Get("DIR/sub%20dir/%c3%a9/x%23%3f%25.fits"),
        .. from method in (string[])["POST", "PUT", "DELETE", "PATCH"] select new Asked(method, "/ipfs/SMALL?format=raw"),
        new("OPTIONS", "/ipfs/SMALL?format=raw", ("Origin", "https://x.example"), ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "range")),
        new("OPTIONS", "/ipfs/DIR/nothing", ("Origin", "https://x.example")), Get("SMALL", ("Origin", "https://x.example")),
    ];
}
