using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Check;

/// <summary>What a step found. <paramref name="Saw"/> goes on a sentence that begins with "it".</summary>
internal readonly record struct Finding(CheckOutcome Outcome, string Saw, string? Do = null)
{
    public static Finding Good(string saw) => new(CheckOutcome.Passed, saw);

    public static Finding Odd(string saw, string what) => new(CheckOutcome.Warning, saw, what);

    public static Finding Bad(string saw, string what) => new(CheckOutcome.Failed, saw, what);
}

/// <summary>Takes steps one after another, each within its time, and keeps what came of them.</summary>
/// <param name="time">The clock.</param>
/// <param name="patience">How long a step may take.</param>
internal sealed class CheckLog(TimeProvider time, TimeSpan patience)
{
    private const int MaxText = 400;

    private readonly List<CheckStep> _steps = [];

    // Written nowhere.
    private string? _secret;

    /// <summary>Whether the server is on this machine.</summary>
    public bool IsHere { get; set; }

    public TimeProvider Time => time;

    /// <summary>Takes a step.</summary>
    /// <param name="name">What is looked at.</param>
    /// <param name="what">What to do when it throws, or takes too long.</param>
    /// <param name="look">Looks.</param>
    /// <param name="cancellationToken">Ends all of it.</param>
    /// <returns>Whether it is not broken.</returns>
    public async Task<bool> StepAsync(
        string name, string what, Func<CancellationToken, Task<Finding>> look, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var late = new CancellationTokenSource(patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        Finding found;
        try
        {
            found = await look(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            found = Finding.Bad($"did not answer within {patience.TotalSeconds:0} s.", what);
        }
        catch (Exception e) when (Words(e) is not null)
        {
            found = Finding.Bad(Words(e)!, what);
        }

        _steps.Add(new(name, found.Outcome, Clean(found.Saw), found.Do is null ? null : Clean(found.Do),
            Math.Round(time.GetElapsedTime(began).TotalSeconds, 3)));
        return found.Outcome != CheckOutcome.Failed;
    }

    /// <summary>Reads the token, which is a step when there is none.</summary>
    public async Task<bool> TokenAsync(DestinationOptions destination, Action<string?> take, CancellationToken cancellationToken)
    {
        try
        {
            _secret = await new Secret(destination.Name, destination.Token, destination.TokenFile).ReadAsync(cancellationToken);
            take(_secret);
            return true;
        }
        catch (DestinationDownException e)
        {
            var found = Finding.Bad($"cannot be shown a token: {e.Words}", "Write it to \"tokenFile\", or join again: \"wanda join\".");
            return await StepAsync(CheckNames.Token, "", _ => Task.FromResult(found), cancellationToken);
        }
    }

    /// <summary>Says why steps are not taken.</summary>
    public void Skip(string because, params string[] names) =>
        _steps.AddRange(names.Select(n => new CheckStep(n, CheckOutcome.Skipped, $"was not tried: {because}.", null, 0)));

    /// <summary>All steps, those that tell of the way there marked when there was none.</summary>
    public DestinationReport Report(string destination, string kind) => new(destination, kind,
        [.. _steps.Select(s => s with { FromServersMachine = IsHere && s.Outcome != CheckOutcome.Skipped && Way.Contains(s.Name) })]);

    /// <summary>What somebody else wrote, as one line without a secret.</summary>
    private string Clean(string text)
    {
        if (_secret is { Length: > 0 } secret)
            text = text.Replace(secret, "(token)", StringComparison.Ordinal);
        var line = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxText)))
            line.Append(char.IsControl(c) ? ' ' : c);
        return line.ToString();
    }

    private static string? Words(Exception e) => e switch
    {
        RemoteException remote => remote.Detail,
        DestinationDownException down => $"cannot be used: {down.Words}",
        HttpRequestException or IOException or SocketException or AuthenticationException =>
            $"broke the connection off: {e.GetBaseException().Message}",
        JsonException or CidFormatException => "answered with what no WANDA pinning server says.",
        UnauthorizedAccessException or NotHeldException or BlockNotFoundException or BlockMismatchException => e.Message,
        _ => null,
    };

    /// <summary>The steps that would be others from elsewhere.</summary>
    private static readonly string[] Way =
    [
        CheckNames.Name, CheckNames.Connect, CheckNames.Certificate, CheckNames.Front, CheckNames.BodyLimit, CheckNames.Continue,
        CheckNames.Streaming, CheckNames.Range,
    ];
}

/// <summary>What steps are called.</summary>
internal static class CheckNames
{
    public const string Name = "name";
    public const string Connect = "connect";
    public const string Certificate = "certificate";
    public const string Server = "server";
    public const string Front = "proxy";
    public const string Clock = "clock";
    public const string Token = "token";
    public const string BodyLimit = "body limit";
    public const string Continue = "100-continue";
    public const string Streaming = "streaming";
    public const string Send = "block there";
    public const string Proof = "possession";
    public const string Range = "range";
    public const string Back = "block back";
    public const string Unpin = "unpin";
    public const string Folder = "folder";
    public const string Flush = "flush";
}
