using System.Net;
using System.Text.Json;
using Wanda.Hosting;

namespace Wanda.Destinations.Check;

/// <summary>Whether a WANDA pinning server is at an address, what is in front of it, and whether it knows our token.</summary>
internal sealed class ServerCheck(CheckLog log, WandaHttp http)
{
    private const long LittleRoom = 1_000_000_000;
    private static readonly TimeSpan FarApart = TimeSpan.FromMinutes(1);

    /// <summary>Whether it is one.</summary>
    public async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        HttpResponseMessage? answer = null;
        try
        {
            var isThere = await log.StepAsync(CheckNames.Server,
                "Is the server running behind its proxy? Its log and the proxy's error log say more.", async stop =>
                {
                    answer = await http.SendAsync(HttpMethod.Get, "health", withToken: false, [], stop);
                    return await JudgeAsync(answer, stop);
                }, cancellationToken);
            if (answer is null)
            {
                log.Skip("it does not answer", CheckNames.Front, CheckNames.Clock);
                return false;
            }

            await log.StepAsync(CheckNames.Front, "", _ => Task.FromResult(Front(answer)), cancellationToken);
            await log.StepAsync(CheckNames.Clock, "", _ => Task.FromResult(Clock(answer)), cancellationToken);
            return isThere;
        }
        finally
        {
            answer?.Dispose();
        }
    }

    /// <summary>What it says of us; null when it does not know us.</summary>
    public async Task<JsonElement?> WhoAsync(CancellationToken cancellationToken)
    {
        JsonElement? who = null;
        await log.StepAsync(CheckNames.Token, "Ask its operator.", async stop =>
        {
            using var answer = await http.SendAsync(HttpMethod.Get, "v0/node", withToken: true, [], stop);
            var json = await WandaHttp.JsonAsync(answer, stop);
            if (answer.StatusCode == HttpStatusCode.OK && WandaHttp.Text(json, "node") is not null)
            {
                who = json;
                return Known(json!.Value);
            }

            var said = WandaHttp.Text(json, "error", "details") ?? $"{(int)answer.StatusCode}";
            if (answer.StatusCode != HttpStatusCode.Unauthorized)
                return Finding.Bad($"answers {(int)answer.StatusCode} to the question who we are: {said}.", "Ask its operator.");
            return answer.Headers.WwwAuthenticate.ToString().Contains("invalid_token", StringComparison.Ordinal)
                ? Finding.Bad($"does not know our token: {said}.",
                    "Ask its operator for an invite (\"wanda pinning-server invite NAME --replace\"), and \"wanda join\" with it.")
                : Finding.Bad($"was told no token, though one was sent: {said}.",
                    "A proxy takes the header Authorization away: in nginx no \"proxy_set_header Authorization\" may clear it. Where the "
                        + "server is older than 0.3, the token may also be wrong.");
        }, cancellationToken);
        return who;
    }

    private static async Task<Finding> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var json = await WandaHttp.JsonAsync(answer, cancellationToken);
        var (status, state) = ((int)answer.StatusCode, WandaHttp.Text(json, "status"));
        if (state is not null && status == 200)
            return Finding.Good("is a WANDA pinning server, and is well.");
        if (status == 503 && json is not null && (state ?? WandaHttp.Text(json, "error", "reason")) is not null)
        {
            var said = WandaHttp.Text(json, "details") ?? WandaHttp.Text(json, "error", "details") ?? state;
            return Finding.Odd($"is a WANDA pinning server, and is not well: {said}", "Tell its operator.");
        }

        return status switch
        {
            >= 300 and < 400 => Finding.Bad($"sends us elsewhere ({status}), to {answer.Headers.Location}, and no token goes there.",
                "Write the address that it really has into \"url\"."),
            502 or 503 or 504 => Finding.Bad($"answers {status}: its proxy does not reach the server behind it.",
                "Start the server (systemctl status wanda-pinning-server), or mend the address in the proxy's \"proxy_pass\"."),
            _ => Finding.Bad($"is no WANDA pinning server at this address: /health answered {status} without its JSON.",
                "Check the host, port and path of \"url\", and that the proxy passes every path on as it came."),
        };
    }

    private static Finding Front(HttpResponseMessage answer)
    {
        var names = new[] { answer.Headers.Server.ToString(), answer.Headers.Via.ToString() }.Where(n => n.Length > 0).ToList();
        var front = names.Count == 0 ? "does not name what is in front of it" : $"answers through {string.Join(", via ", names)}";
        return Finding.Good($"{front}, by HTTP/{answer.Version.Major}.{answer.Version.Minor}.");
    }

    private Finding Clock(HttpResponseMessage answer)
    {
        if (answer.Headers.Date is not { } there)
            return Finding.Good("does not tell its time.");
        var apart = log.Time.GetUtcNow() - there;
        var saw = $"has a clock {Math.Abs(apart.TotalSeconds):0} s {(apart > TimeSpan.Zero ? "behind" : "ahead of")} ours.";
        return apart.Duration() < FarApart
            ? Finding.Good(saw)
            : Finding.Odd(saw, "Set the one that is wrong (timedatectl): ends of tokens, certificates and names are judged by them.");
    }

    private static Finding Known(JsonElement who)
    {
        var left = Number(who, "leftBytes");
        var room = left is { } bytes ? $", and has room for {new ByteSize(bytes)}" : "";
        var quota = Number(who, "quotaBytes") is { } all ? $" of {new ByteSize(all)}" : "";
        var ends = WandaHttp.Text(who, "tokenExpires") is { } end ? $" The token ends on {end}." : "";
        var addOnly = IsAddOnly(who) ? " It is for adding and reading only." : "";
        var saw = $"knows us as {WandaHttp.Text(who, "node")}, keeps {new ByteSize(Number(who, "bytes") ?? 0)}{quota} for us{room}.{ends}"
            + addOnly;
        if (WandaHttp.Text(who, "warning") is { } warning)
            return Finding.Odd($"{saw} It warns: {warning}", "Ask its operator for more room, or a new token.");
        return left < LittleRoom ? Finding.Odd(saw, "Ask its operator for more room.") : Finding.Good(saw);
    }

    /// <summary>Whether the token removes nothing.</summary>
    public static bool IsAddOnly(JsonElement who) => who.TryGetProperty("addOnly", out var only) && only.ValueKind == JsonValueKind.True;

    /// <summary>Bytes that it would still take; null when it does not say.</summary>
    public static long? Number(JsonElement who, string name) =>
        who.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            ? number
            : null;
}
