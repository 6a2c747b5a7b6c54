using System.Text.Json.Serialization;
using Wanda.Ipfs;

namespace Wanda.Ops;

/// <summary>What one place answered that was asked for a frame.</summary>
/// <param name="Source">The place.</param>
/// <param name="Answer">Why it did not give it, or not all of it.</param>
/// <param name="IsHere">Whether the place is this node itself, where a frame that was let go is not expected.</param>
public sealed record SourceAnswer(string Source, string Answer, bool IsHere = false)
{
    /// <summary>Whether it did not answer at all: the frame may be there.</summary>
    [JsonIgnore]
    public bool IsSilent { get; private init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Source}: {Answer}";

    internal static SourceAnswer Of(string source, Exception e, bool isHere = false)
    {
        var text = e switch
        {
            OperationCanceledException => "it did not answer in time.",
            BlockNotFoundException missing => missing.Detail,
            _ => e.Message,
        };
        // Many messages begin with the name already.
        return new(source, text.StartsWith(source, StringComparison.Ordinal) ? text[source.Length..].TrimStart(':', ' ') : text, isHere)
        {
            IsSilent = !isHere && IsSilence(e),
        };
    }

    /// <summary>Whatever goes wrong at a place, short of the caller's own stop.</summary>
    internal static bool Is(Exception e, CancellationToken cancellationToken) =>
        e is IOException or UnauthorizedAccessException or DagFormatException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Whether the place is down, and did not merely say what it lacks or refuses: asking it again costs a wait.</summary>
    internal static bool IsSilence(Exception e) => e switch
    {
        RemoteException remote => remote.Failure == RemoteFailure.Unavailable,
        BlockNotFoundException missing => missing.InnerException is RemoteException { Failure: RemoteFailure.Unavailable },
        _ => e is not DagFormatException,
    };
}
