using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Pinata;

/// <summary>
/// Pinata, as far as its documentation of 2026 tells: uploads at once and by tus, files, requests by CID, and the account's own gateway,
/// over blocks in memory. Strict about requests; the real service cannot be reached from tests.
/// </summary>
internal sealed class PinataStandIn
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, File> _files = [];
    private readonly Dictionary<string, Upload> _uploads = [];
    private readonly Dictionary<string, (string Cid, string Status, string[] Hosts)> _jobs = [];
    private int _ids;

    /// <summary>What it holds; harm may be done to it.</summary>
    public MemoryBlocks Blocks { get; } = new();

    /// <summary>The account's JWT, and the key of its gateway.</summary>
    public string Token { get; init; } = "s3cret-token";

    /// <summary>How much it takes in one request.</summary>
    public long MaxAtOnce { get; init; } = 100_000_000;

    /// <summary>For how many looks a CID stays "pending" after an upload by tus.</summary>
    public int PendingLooks { get; set; }

    /// <summary>After how many bytes of a part the line breaks; null for never.</summary>
    public int? CutPartsAfter { get; set; }

    /// <summary>Changes each answer before it is sent: method, path and JSON.</summary>
    public Func<string, string, string, string> Answer { get; set; } = (_, _, json) => json;

    /// <summary>Asked first: true when it has answered itself.</summary>
    public Func<HttpContext, Task<bool>> Fault { get; set; } = _ => Task.FromResult(false);

    /// <summary>Whether its gateway gives out what the account has pinned, by its root, and nothing else.</summary>
    public bool Restricted { get; set; }

    /// <summary>Whether its gateway knows "format"; one that does not gives the file.</summary>
    public bool Trustless { get; set; } = true;

    /// <summary>What becomes of its blocks after each upload.</summary>
    public Action<Dictionary<Cid, byte[]>> AfterUpload { get; set; } = _ => { };

    public IReadOnlyCollection<string> Names => [.. _files.Values.Select(f => f.Name)];

    public IReadOnlyCollection<string[]> Hosts => [.. _jobs.Values.Select(j => j.Hosts)];

    public async Task AnswerAsync(HttpContext context)
    {
        await _one.WaitAsync(context.RequestAborted);
        try
        {
            if (await Fault(context))
                return;
            bool ours = context.Request.Path.StartsWithSegments("/ipfs")
                ? context.Request.Headers["x-pinata-gateway-token"] == Token
                : context.Request.Headers.Authorization == $"Bearer {Token}";
            if (!ours)
                throw new Refusal(401, "Not Authorized");
            await RunAsync(context);
        }
        catch (Refusal e)
        {
            context.Response.StatusCode = e.Status;
            await context.Response.WriteAsJsonAsync(new { error = new { code = e.Status, message = e.Message } });
        }
        finally
        {
            _one.Release();
        }
    }

    private Task RunAsync(HttpContext context)
    {
        string[] path = context.Request.Path.Value!.Trim('/').Split('/');
        return (context.Request.Method, path) switch
        {
            ("POST", ["v3", "files"]) when context.Request.Headers.ContainsKey("Upload-Length") => OpenAsync(context),
            ("POST", ["v3", "files"]) => AtOnceAsync(context),
            ("HEAD", ["v3", "files", var id]) => OffsetAsync(context, UploadOf(id)),
            ("PATCH", ["v3", "files", var id]) => PartAsync(context, id, UploadOf(id)),
            ("POST", ["v3", "files", "public", "pin_by_cid"]) => PinAsync(context),
            ("GET", ["v3", "files", "public", "pin_by_cid"]) => SayAsync(context, new
            {
                jobs = _jobs.Where(j => Asked(context, j.Value.Cid))
                    .Select(j => new { id = j.Key, cid = j.Value.Cid, status = j.Value.Status }),
                next_page_token = (string?)null,
            }),
            ("DELETE", ["v3", "files", "public", "pin_by_cid", var id]) => RemoveAsync(context, _jobs.Remove(id)),
            ("GET", ["v3", "files", "public"]) => ListAsync(context),
            ("GET", ["v3", "files", "public", var id]) =>
                SayAsync(context, Shown(_files.GetValueOrDefault(id) ?? throw new Refusal(404, "File not found"))),
            ("DELETE", ["v3", "files", "public", var id]) => RemoveAsync(context, _files.Remove(id)),
            ("GET" or "HEAD", ["ipfs", var cid]) => GatewayAsync(context, Cid.Parse(cid)),
            _ => throw new Refusal(404, "Not Found"),
        };
    }

    private async Task AtOnceAsync(HttpContext context)
    {
        var type = MediaTypeHeaderValue.Parse(context.Request.ContentType);
        var reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).Value!, context.Request.Body);
        var fields = new Dictionary<string, string>();
        byte[]? car = null;
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            var body = new MemoryStream();
            await section.Body.CopyToAsync(body);
            if (section.ContentDisposition?.Contains("; name=\"", StringComparison.Ordinal) != true)
                throw new Refusal(400, $"a part without a quoted name: {section.ContentDisposition}");
            string name = section.GetContentDispositionHeader()!.Name.Value!.Trim('"');
            if (name == "file")
            {
                car = section.ContentDisposition.Contains("filename=\"", StringComparison.Ordinal)
                    ? body.ToArray()
                    : throw new Refusal(400, "a file without a name");
            }
            else
            {
                fields[name] = Encoding.UTF8.GetString(body.ToArray());
            }
        }

        if (car is null || car.Length > MaxAtOnce)
            throw new Refusal(car is null ? 400 : 413, car is null ? "no file" : "larger than 100MB: use resumable uploads");
        await SayAsync(context, Shown(await TakeAsync($"file-{_ids++}", fields, fields.GetValueOrDefault("name", "dag.car"), car)));
    }

    private Task OpenAsync(HttpContext context)
    {
        var metadata = context.Request.Headers["Upload-Metadata"].ToString().Split(',')
            .Select(p => p.Split(' ')).ToDictionary(p => p[0], p => Encoding.UTF8.GetString(Convert.FromBase64String(p[1])));
        string id = $"upload-{_ids++}";
        _uploads[id] = new(long.Parse(context.Request.Headers["Upload-Length"]!, CultureInfo.InvariantCulture),
            metadata, new MemoryStream());
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}/v3/files/{id}";
        return Task.CompletedTask;
    }

    private static Task OffsetAsync(HttpContext context, Upload upload)
    {
        context.Response.Headers["Upload-Offset"] = upload.Body.Length.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private async Task PartAsync(HttpContext context, string id, Upload upload)
    {
        if (context.Request.Headers["Upload-Offset"] != upload.Body.Length.ToString(CultureInfo.InvariantCulture))
            throw new Refusal(409, "another offset");
        if (context.Request.ContentType != "application/offset+octet-stream" || context.Request.ContentLength > MaxAtOnce)
            throw new Refusal(415, "no part of an upload");
        if (CutPartsAfter is { } cut && context.Request.ContentLength > cut)
        {
            byte[] came = new byte[cut];
            await context.Request.Body.ReadExactlyAsync(came);
            upload.Body.Write(came);
            context.Abort();
            return;
        }

        await context.Request.Body.CopyToAsync(upload.Body);
        if (upload.Body.Length == upload.Length)
        {
            var file = await TakeAsync(id, upload.Metadata, upload.Metadata["filename"], upload.Body.ToArray());
            file.Looks = PendingLooks;
            if (PendingLooks == 0)
                context.Response.Headers["Upload-Cid"] = file.Cid;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        await OffsetAsync(context, upload);
    }

    private async Task<File> TakeAsync(string id, Dictionary<string, string> fields, string name, byte[] car)
    {
        string network = fields.GetValueOrDefault("network", "private");
        if (fields.GetValueOrDefault("car") != "true" || network != "public")
            throw new Refusal(400, "this stand-in takes CARs, and those are for the public network");
        using var reader = await CarReader.OpenAsync(new MemoryStream(car));
        string cid = reader.Roots.Single().ToString();
        bool known = _files.Values.Any(f => f.Cid == cid);
        await foreach (var block in reader.ReadBlocksAsync())
            Blocks.Put(block);
        AfterUpload(Blocks.Blocks);
        return _files[id] = new(id, name, cid, car.Length, fields.GetValueOrDefault("group_id"),
            fields.GetValueOrDefault("keyvalues", "{}"), known);
    }

    private async Task PinAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        string cid = body.RootElement.GetProperty("cid").GetString()!;
        string[] hosts = body.RootElement.TryGetProperty("host_nodes", out var nodes)
            ? [.. nodes.EnumerateArray().Select(n => n.GetString()!)]
            : [];
        string id = $"job-{_ids++}";
        _jobs[id] = (cid, "searching", hosts);
        await SayAsync(context, new { id, cid, status = "searching" });
    }

    private Task ListAsync(HttpContext context)
    {
        int limit = int.Parse(context.Request.Query["limit"].FirstOrDefault() ?? "10", CultureInfo.InvariantCulture);
        var files = _files.Values.Where(f => Asked(context, f.Cid))
            .SkipWhile(f => context.Request.Query.ContainsKey("pageToken") && f.Id != context.Request.Query["pageToken"]).ToList();
        return SayAsync(context, new { files = files.Take(limit).Select(Shown), next_page_token = files.Skip(limit).FirstOrDefault()?.Id });
    }

    private Task RemoveAsync(HttpContext context, bool removed) =>
        removed ? SayAsync(context, null) : throw new Refusal(404, "File not found");

    // As documented: without a key restricted to what the account has pinned, by its root; with one open.
    private async Task GatewayAsync(HttpContext context, Cid cid)
    {
        if (Restricted && _files.Values.All(f => f.Cid != cid.ToString()))
            throw new Refusal(403, "The owner of this gateway does not have this content pinned to their Pinata account");
        if (!Trustless || context.Request.Query["format"].Count == 0)
        {
            await context.Response.Body.WriteAsync(await Blocks.ReadFileAsync(cid));
        }
        else if (context.Request.Query["format"] == "car")
        {
            var car = new MemoryStream();
            try
            {
                await CarWriter.WriteAsync(car, [cid], Blocks.BlocksAsync(cid));
            }
            catch (IOException) when (Blocks.Blocks.ContainsKey(cid))
            {
                // Ends where the blocks do.
            }
            catch (IOException)
            {
                throw new Refusal(404, "not found");
            }

            await context.Response.Body.WriteAsync(car.ToArray());
        }
        else
        {
            await context.Response.Body.WriteAsync(Blocks.Blocks.GetValueOrDefault(cid) ?? throw new Refusal(404, "not found"));
        }
    }

    private object Shown(File file) => new
    {
        id = file.Id,
        name = file.Name,
        cid = file.Looks-- > 0 ? "pending" : file.Cid,
        size = file.Size,
        number_of_files = 1,
        mime_type = "application/vnd.ipld.car",
        group_id = file.Group,
        keyvalues = JsonSerializer.Deserialize<Dictionary<string, string>>(file.KeyValues),
        created_at = "2026-01-01T00:00:00Z",
        is_duplicate = file.Duplicate,
    };

    private Upload UploadOf(string id) => _uploads.GetValueOrDefault(id) ?? throw new Refusal(404, "upload not found");

    private static bool Asked(HttpContext context, string cid) =>
        !context.Request.Query.ContainsKey("cid") || context.Request.Query["cid"] == cid;

    private Task SayAsync(HttpContext context, object? data)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            Answer(context.Request.Method, context.Request.Path.Value!, JsonSerializer.Serialize(new { data })));
    }

    private sealed record File(string Id, string Name, string Cid, long Size, string? Group, string KeyValues, bool Duplicate)
    {
        public int Looks { get; set; }
    }

    private sealed record Upload(long Length, Dictionary<string, string> Metadata, MemoryStream Body);

    private sealed class Refusal(int status, string message) : Exception(message)
    {
        public int Status { get; } = status;
    }
}
