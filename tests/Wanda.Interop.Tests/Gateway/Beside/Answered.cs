using System.Security.Cryptography;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Gateway.Beside;

/// <summary>What is compared of an answer; of an error its status alone.</summary>
internal sealed record Answered(int Status, IReadOnlyDictionary<string, string> Parts)
{
    private static readonly string[] Compared =
    [
        "Accept-Ranges", "Content-Range", "Cache-Control", "X-Content-Type-Options", "X-Ipfs-Roots", "Access-Control-Allow-Origin", "Vary",
        "Location",
    ];

    public string this[string part] => Parts.GetValueOrDefault(part, "");

    /// <summary>Asks a gateway; where the request has TAG, first for the tag that it gives without.</summary>
    public static async Task<Answered> AskAsync(HttpClient client, Uri gateway, Asked asked, Content content)
    {
        string tag = "";
        if (asked.Headers.Any(h => h.Value.Contains("TAG", StringComparison.Ordinal)))
        {
            using var before = await SendAsync(client, gateway, new Asked("GET", asked.Path), content, "");
            tag = before.Headers.ETag!.Tag;
        }

        using var answer = await SendAsync(client, gateway, asked, content, tag);
        return await ReadAsync(asked, answer);
    }

    /// <summary>The parts that are not the same.</summary>
    public IReadOnlyList<string> Against(Answered other) => Status != other.Status
        ? ["status"]
        : [.. Parts.Keys.Union(other.Parts.Keys).Where(k => this[k] != other[k]).Order(StringComparer.Ordinal)];

    private static async Task<Answered> ReadAsync(Asked asked, HttpResponseMessage answer)
    {
        int status = (int)answer.StatusCode;
        var parts = new Dictionary<string, string>();
        if (status >= 400)
            return new(status, parts);
        foreach (string name in Compared)
        {
            if (answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values))
                parts[name] = string.Join(", ", values);
        }

        parts["type"] = answer.Content.Headers.TryGetValues("Content-Type", out var types) ? types.Single() : "";
        parts["tag"] = answer.Headers.ETag is null ? "" : "one";
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        if (parts["type"].StartsWith("application/vnd.ipld.car", StringComparison.Ordinal) && asked.Method == "GET")
            parts["blocks"] = await BlocksAsync(body);
        else if (!parts["type"].StartsWith("text/html; charset", StringComparison.Ordinal) && !IsListing(asked))
            parts["bytes"] = Convert.ToHexStringLower(SHA256.HashData(body));
        return new(status, parts);
    }

    private static bool IsListing(Asked asked) => asked.Path.Split('?')[0].EndsWith('/');

    private static async Task<string> BlocksAsync(byte[] body)
    {
        try
        {
            using var car = await CarReader.OpenAsync(new MemoryStream(body));
            return string.Join(' ', [.. car.Roots, Cid.Parse("bafkqaaa"), .. await car.ReadBlocksAsync().Select(b => b.Cid).ToListAsync()]);
        }
        catch (CarFormatException e)
        {
            return e.Message;
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Uri gateway, Asked asked, Content content, string tag)
    {
        // As it is written: .NET would clean the path.
        var address = new Uri($"{gateway.AbsoluteUri.TrimEnd('/')}{content.Resolve(asked.Path)}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(asked.Method), address);
        foreach (var (name, value) in asked.Headers)
            request.Headers.TryAddWithoutValidation(name, value.Replace("TAG", tag, StringComparison.Ordinal));
        return await client.SendAsync(request);
    }
}
