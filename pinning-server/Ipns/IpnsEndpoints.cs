using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>
/// IPNS over HTTP: put and get of signed records by name, and a redirect for people. A record is believed for its signature alone; of
/// several the newest is kept.
/// </summary>
/// <remarks>Source: IPFS specs, "Delegated Routing V1 HTTP API", section "IPNS API" (IPIP-379).</remarks>
internal sealed class IpnsEndpoints(PinDatabase database, PinningServerOptions options, TimeProvider time)
{
    // The specification's, for names without a record and records without a TTL.
    private static readonly TimeSpan DefaultMaxAge = TimeSpan.FromSeconds(60);

    /// <summary><c>PUT /routing/v1/ipns/{name}</c>.</summary>
    public async Task PutAsync(HttpContext context, string name)
    {
        if (context.Request.ContentType?.StartsWith(IpnsRecord.MediaType, StringComparison.OrdinalIgnoreCase) != true)
            throw NotAcceptable("Content-Type");
        var id = PeerId.Parse(name);
        var record = IpnsRecord.Parse(await ReadAsync(context));
        record.Validate(id, time.GetUtcNow());
        string node = context.Caller().Name;
        bool isConflict = false;
        var newest = await database.WithNameAsync(id.IpnsName, node, (known, names) => Decide(known, names, record, out isConflict),
            time.GetUtcNow(), context.RequestAborted);
        if (isConflict)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "CONFLICTING_RECORD",
                $"{id.IpnsName} has sequence {newest.Sequence}, valid until {newest.ValidUntil:u}, with another value: two writers have "
                    + "one key. Publish with a higher sequence.");
        }

        if (newest.CompareTo(record) > 0)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "OLDER_RECORD",
                $"{id.IpnsName} has sequence {newest.Sequence}, valid until {newest.ValidUntil:u}; the record sent is older "
                    + $"({record.Sequence}, {record.ValidUntil:u}).");
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    /// <summary><c>GET /routing/v1/ipns/{name}</c>.</summary>
    public async Task GetAsync(HttpContext context, string name)
    {
        var accept = context.Request.GetTypedHeaders().Accept;
        if (accept.Count > 0
            && !accept.Any(a => a.MatchesAllTypes || a.MediaType.Equals(IpnsRecord.MediaType, StringComparison.OrdinalIgnoreCase)))
        {
            throw NotAcceptable("Accept");
        }

        await SendAsync(context, PeerId.Parse(name));
    }

    /// <summary><c>GET /ipns/{name}/…</c>: the record when asked for it, else on to what it points at.</summary>
    public async Task ResolveAsync(HttpContext context, string name, string? path)
    {
        var id = PeerId.Parse(name);
        if (GatewayAsk.Of(context.Request).Format == GatewayFormat.IpnsRecord)
        {
            await SendAsync(context, id);
            return;
        }

        var record = await FindAsync(context, id);
        // A signer may write any path: "//elsewhere.example" would lead people away from here.
        if (!record.Value.StartsWith("/ipfs/", StringComparison.Ordinal) && !record.Value.StartsWith("/ipns/", StringComparison.Ordinal))
            throw ApiException.NotFound($"{id.IpnsName} points at \"{record.Value}\", which is neither under /ipfs nor under /ipns.");
        context.Response.Headers.CacheControl = MaxAge(record);
        string target = record.Value.TrimEnd('/') + (string.IsNullOrEmpty(path) ? "" : "/" + path);
        context.Response.Redirect(new PathString(target).ToUriComponent() + context.Request.QueryString,
            permanent: false, preserveMethod: true);
    }

    private (IpnsRecord Newest, byte[]? Store) Decide(byte[]? known, long names, IpnsRecord offered, out bool isConflict)
    {
        isConflict = false;
        if (known is null)
        {
            return names < options.MaxNames
                ? (offered, offered.Bytes.ToArray())
                : throw new ApiException(StatusCodes.Status429TooManyRequests, "TOO_MANY_NAMES",
                    $"A node publishes at most {options.MaxNames} names here.");
        }

        var kept = IpnsRecord.Parse(known);
        isConflict = offered.Sequence == kept.Sequence && offered.ValidUntil == kept.ValidUntil && offered.Value != kept.Value;
        return offered.CompareTo(kept) > 0 ? (offered, offered.Bytes.ToArray()) : (kept, null);
    }

    private async Task SendAsync(HttpContext context, PeerId id)
    {
        var record = await FindAsync(context, id);
        context.Response.Headers.CacheControl = MaxAge(record);
        if (GatewayHeaders.NotModified(context,
            GatewayHeaders.Tag(Convert.ToHexStringLower(SHA256.HashData(record.Bytes.Span).AsSpan(0, 16)))))
        {
            return;
        }

        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id.IpnsName}.ipns-record\"";
        context.Response.ContentType = IpnsRecord.MediaType;
        context.Response.ContentLength = record.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(record.Bytes, context.RequestAborted);
    }

    private async Task<IpnsRecord> FindAsync(HttpContext context, PeerId id)
    {
        byte[]? stored = await database.FindNameAsync(
            id.IpnsName, options.Reads == Reads.Own ? context.Caller().Name : null, context.RequestAborted);
        var record = stored is null ? null : IpnsRecord.Parse(stored);
        // Nobody believes it any more, so it is not handed out; the next publication replaces it.
        return record?.ValidUntil > time.GetUtcNow() ? record
            : throw ApiException.NotFound(record is null
                ? $"No record of {id.IpnsName} was put here."
                : $"The record of {id.IpnsName} was valid until {record.ValidUntil:u}; its node has not renewed it.");
    }

    private string MaxAge(IpnsRecord record)
    {
        var age = record.TimeToLive > TimeSpan.Zero ? record.TimeToLive : DefaultMaxAge;
        var left = record.ValidUntil - time.GetUtcNow();
        return string.Create(CultureInfo.InvariantCulture,
            $"public, max-age={(long)Math.Max(0, Math.Min(age.TotalSeconds, left.TotalSeconds))}");
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        byte[] buffer = new byte[IpnsRecord.MaxBytes + 1];
        int length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return buffer[..length];
    }

    private static ApiException NotAcceptable(string header) =>
        new(StatusCodes.Status406NotAcceptable, "NOT_ACCEPTABLE", $"Try again with {header}: {IpnsRecord.MediaType}");
}
