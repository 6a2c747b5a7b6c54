using System.Text;
using Wanda.Interop.Tests.Gateway.Beside;
using Wanda.Interop.Tests.Kubo;
using Wanda.PinningServer;
using Wanda.PinningServer.Tests.Support;
using Xunit.Abstractions;

namespace Wanda.Interop.Tests.Gateway;

/// <summary>Our gateway and Kubo's are asked the same of the same blocks.</summary>
/// <remarks>Each part of <see cref="Answered"/> is compared; what is ours on purpose is of a kind in <see cref="Difference"/>.</remarks>
public sealed class GatewayBesideKuboTests(ITestOutputHelper output)
{
    private const double Least = 0.95;

    [SkippableFact]
    public Task It_answers_as_Kubo_does() => Seed.RunAsync(async random =>
    {
        var kubo = new GoKubo
        {
            Profiles = ",unixfs-v1-2025",
            IsOffline = true,
            Configuration = [("Gateway.NoFetch", "true"), ("Gateway.DeserializedResponses", "true")],
        };
        await kubo.InitializeAsync();
        try
        {
            await using var _ = await kubo.FoundAsync();
            await using var server = await TestServer.StartAsync(o => o with { Reads = Reads.Public, MaxRequestsPerMinute = 1_000_000 });
            await CompareAsync(kubo.Gateway!, server.Address, await Content.MakeAsync(kubo, server, random));
        }
        finally
        {
            await kubo.DisposeAsync();
        }
    });

    private async Task CompareAsync(Uri theirs, Uri ours, Content content)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var kinds = Difference.Kinds.ToDictionary(k => k, _ => new List<string>());
        var (asked, alike, unexplained) = (Asked.All.ToList(), 0, new StringBuilder());
        foreach (var request in asked)
        {
            var kubos = await Answered.AskAsync(client, theirs, request, content);
            var own = await Answered.AskAsync(client, ours, request, content);
            var differing = own.Against(kubos);
            if (differing.Count == 0)
                alike++;
            else if (Array.Find(Difference.Kinds, k => k.Covers(request, kubos, own)) is { } kind)
                kinds[kind].Add($"{request}: {string.Join("; ", differing.Select(d => Told(d, kubos, own)))}");
            else
                unexplained.AppendLine($"{request}: {string.Join("; ", differing.Select(d => Told(d, kubos, own)))}");
        }

        output.WriteLine($"{alike} of {asked.Count} alike");
        foreach (var (kind, requests) in kinds)
            output.WriteLine($"{requests.Count} x {kind.Reason}:\n  {string.Join("\n  ", requests)}");
        Assert.True(unexplained.Length == 0, unexplained.ToString());
        Assert.True(alike >= Least * asked.Count, $"{alike} of {asked.Count} are alike.");
        Assert.All(kinds, kind => Assert.NotEmpty(kind.Value));
    }

    private static string Told(string part, Answered kubos, Answered own) => part == "status"
        ? $"Kubo {kubos.Status}, ours {own.Status}"
        : $"{part}: Kubo {Short(kubos[part])}, ours {Short(own[part])}";

    private static string Short(string text) => text.Length <= 200 ? $"\"{text}\"" : $"\"{text[..200]}\" and more";
}
