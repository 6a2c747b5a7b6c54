using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>A Kubo on the hub, as a stranger there asks it, and as its disk is seen.</summary>
/// <param name="name">The destination that is on it.</param>
/// <param name="rpc">Its RPC.</param>
/// <param name="repository">Its repository, from outside of its machine.</param>
internal sealed class WalkKubo(string name, Uri rpc, string repository) : IDisposable
{
    private const string Synced = "\"sync\": true";
    private const string NotSynced = "\"sync\": false";

    private readonly HttpClient _http = new() { BaseAddress = new Uri(rpc, "api/v0/"), Timeout = TimeSpan.FromSeconds(20) };

    public string Name => name;

    public string Repository => repository;

    public async Task<bool> AnswersAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        using var answer = await _http.PostAsync("version", null, soon.Token);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>SHA-256 of a file, read from its own store; null when that is not to be had.</summary>
    public async Task<string?> Sha256Async(string cid)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"cat?arg={cid}&offline=true&timeout=15s");
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return answer.IsSuccessStatusCode
                ? Convert.ToHexStringLower(await SHA256.HashDataAsync(await answer.Content.ReadAsStreamAsync()))
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>The blocks of a file; none when it does not tell.</summary>
    public async Task<IReadOnlyList<Cid>> BlocksAsync(string cid)
    {
        if (await AskAsync($"refs?arg={cid}&recursive=true&unique=true&offline=true&timeout=5s") is not { } lines)
            return [];
        var links = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        return links.Any(l => l.GetProperty("Err").GetString() is { Length: > 0 })
            ? []
            : [Cid.Parse(cid), .. links.Select(l => Cid.Parse(l.GetProperty("Ref").GetString()!))];
    }

    /// <summary>What a stranger asks for, who takes what comes; null when that is a failure.</summary>
    public async Task<string?> AskAsync(string request)
    {
        try
        {
            using var answer = await _http.PostAsync(request, null);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Whether a block's file has the block's bytes.</summary>
    public bool IsGood(Cid cid)
    {
        try
        {
            return SHA256.HashData(File.ReadAllBytes(KuboBlockFile.PathOf(repository, cid))).AsSpan().SequenceEqual(cid.Hash.Digest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>What its configuration says of flushing. It runs with what it said when it was started.</summary>
    public bool IsSynced
    {
        get => File.ReadAllText(Configuration).Contains(Synced, StringComparison.Ordinal);
        set
        {
            var text = File.ReadAllText(Configuration)
                .Replace(value ? NotSynced : Synced, value ? Synced : NotSynced, StringComparison.Ordinal);
            using (var file = new FileStream(Configuration + ".new", FileMode.Create))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(Configuration + ".new", Configuration, overwrite: true);
        }
    }

    public void Dispose() => _http.Dispose();

    private string Configuration => Path.Combine(repository, "config");
}
