namespace Wanda.Catalog;

/// <summary>How far an upload is that takes longer than a moment. For screens alone: nothing rests on it.</summary>
/// <param name="Destination">Where it goes: the name in the configuration.</param>
/// <param name="Subject">The capture's id.</param>
/// <param name="Bytes">How much went out.</param>
/// <param name="Total">How much there is.</param>
/// <param name="At">When that was, UTC.</param>
public sealed record UploadUnderWay(string Destination, string Subject, long Bytes, long Total, DateTimeOffset At);
