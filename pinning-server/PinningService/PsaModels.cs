using System.Text.Json.Serialization;
using Wanda.Ipfs;

namespace Wanda.PinningServer;

/// <summary>What a user wants pinned (schema "Pin").</summary>
internal sealed record PsaPin
{
    public Cid Cid { get; init; }
    public string? Name { get; init; }
    public IReadOnlyList<string>? Origins { get; init; }
    public IReadOnlyDictionary<string, string>? Meta { get; init; }
}

/// <summary>How far it is (schema "PinStatus"); <see cref="RequestId"/> is written in lower case.</summary>
internal sealed record PsaStatus(
    [property: JsonPropertyName("requestid")] string RequestId,
    string Status,
    DateTimeOffset Created,
    PsaPin Pin,
    IReadOnlyList<string> Delegates,
    IReadOnlyDictionary<string, string>? Info);

/// <summary>A page, newest first (schema "PinResults").</summary>
internal sealed record PsaResults(long Count, IReadOnlyList<PsaStatus> Results);
