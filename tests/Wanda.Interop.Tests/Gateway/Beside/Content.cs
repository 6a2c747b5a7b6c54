using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Wanda.Interop.Tests.Kubo;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Gateway.Beside;

/// <summary>The same blocks in Kubo and in our server: made and added by Kubo, exported, and sent to ours as a CAR a root.</summary>
internal sealed partial class Content(IReadOnlyDictionary<string, string> cids)
{
    /// <summary>What a CAR of ours is refused for: its hash function.</summary>
    public const string Refused = "BLAKE";

    [GeneratedRegex(@"\b(DIR|HAMT|THREE|SMALL|EMPTY|V0|CBOR|JSON|BLAKE|IDENT)\b")]
    private static partial Regex Word { get; }

    /// <summary>A request's text with CIDs for their names.</summary>
    public string Resolve(string text) => Word.Replace(text, m => cids[m.Value]);

    public static async Task<Content> MakeAsync(GoKubo kubo, TestServer server, Random random)
    {
        using var folder = new Folder();
        var directory = folder.Sub("DIR");
        byte[] three = Bytes(3 * 1024 * 1024 + 17);
        await File.WriteAllBytesAsync(Path.Combine(directory, "three.bin"), three);
        await File.WriteAllTextAsync(Path.Combine(directory, "small.txt"), "hello\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "empty"), "");
        await File.WriteAllTextAsync(Path.Combine(directory, "p.json"), "{\"a\":1}\n");
        await File.WriteAllTextAsync(Path.Combine(directory, "page.html"), "<!doctype html><title>x</title><p>hi");
        await File.WriteAllBytesAsync(Path.Combine(directory, "one.fits"), [.. "SIMPLE  =                    T"u8, .. Bytes(2850)]);
        await File.WriteAllBytesAsync(Path.Combine(folder.Sub("DIR", "sub dir", "é"), "x#?%.fits"), Bytes(700));
        File.CreateSymbolicLink(Path.Combine(directory, "link"), "small.txt");
        var large = folder.Sub("HAMT");
        for (int i = 0; i < 5000; i++)
            await File.WriteAllTextAsync(Path.Combine(large, $"frame_{i:d5}_{new string('x', 30)}.fits"), $"frame {i}");

        string file = Path.Combine(directory, "three.bin"), small = Path.Combine(directory, "small.txt");
        var cids = new Dictionary<string, string>
        {
            ["DIR"] = await AddAsync("-r", directory),
            ["HAMT"] = await AddAsync("-r", large),
            ["THREE"] = await AddAsync(file),
            ["SMALL"] = await AddAsync(small),
            ["EMPTY"] = await AddAsync(Path.Combine(directory, "empty")),
            ["V0"] = await AddAsync("--cid-version=0", "--raw-leaves=false", file),
            ["BLAKE"] = await AddAsync("--hash=blake2b-256", small),
            ["IDENT"] = await AddAsync("--inline", small),
        };
        cids["CBOR"] = await PutAsync("dag-cbor",
            $$"""{"file":{"/":"{{cids["THREE"]}}"},"n":1,"list":[{"/":"{{cids["SMALL"]}}"}]}""");
        cids["JSON"] = await PutAsync("dag-json", $$"""{"file":{"/":"{{cids["SMALL"]}}"},"n":1}""");
        foreach (string root in (string[])["DIR", "HAMT", "V0", "CBOR", "JSON"])
            await server.Client.UploadAsync(await kubo.RunAsync([], "dag", "export", cids[root])).JsonAsync(HttpStatusCode.Created);
        byte[] refused = await kubo.RunAsync([], "dag", "export", cids[Refused]);
        Assert.Equal("BAD_CAR", await server.Client.UploadAsync(refused).RefusedAsync(HttpStatusCode.BadRequest));
        return new(cids);

        byte[] Bytes(int count)
        {
            byte[] bytes = new byte[count];
            random.NextBytes(bytes);
            // No stretch of it that is asked for could be a text: Kubo tells the type of the stretch.
            (bytes[0], bytes[1], bytes[^1]) = (0, 0, 0);
            return bytes;
        }

        async Task<string> AddAsync(params string[] arguments) =>
            Encoding.UTF8.GetString(await kubo.RunAsync([], ["add", "-Q", .. arguments])).Trim();

        async Task<string> PutAsync(string codec, string json) => Encoding.UTF8.GetString(await kubo.RunAsync(
            Encoding.UTF8.GetBytes(json), "dag", "put", "--input-codec=dag-json", $"--store-codec={codec}")).Trim();
    }

    private sealed class Folder : IDisposable
    {
        private readonly string _root = Directory.CreateTempSubdirectory("wanda-beside-").FullName;

        public string Sub(params string[] names) => Directory.CreateDirectory(Path.Combine([_root, .. names])).FullName;

        public void Dispose() => Directory.Delete(_root, recursive: true);
    }
}
