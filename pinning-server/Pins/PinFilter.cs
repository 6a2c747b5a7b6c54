namespace Wanda.PinningServer;

/// <summary>How the Pinning Service API compares names.</summary>
internal enum NameMatch
{
    Exact,
    Iexact,
    Partial,
    Ipartial,
}

/// <summary>Which pins a listing wants. What is null does not filter.</summary>
internal sealed record PinFilter(string Node)
{
    public IReadOnlyList<string> Cids { get; init; } = [];
    public IReadOnlyList<PinState> States { get; init; } = [];

    /// <summary>
    /// True: only those that were settled and lost bytes; false: only settled ones; null: whatever <see cref="States"/> says.
    /// </summary>
    public bool? Broken { get; init; }

    public PinScope? Scope { get; init; }
    public string? Capture { get; init; }
    public string? Session { get; init; }
    public string? Name { get; init; }
    public NameMatch Match { get; init; }
    public DateTimeOffset? Before { get; init; }
    public DateTimeOffset? After { get; init; }
    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    /// <summary>Only pins stored after this row; rows ascend.</summary>
    public long AfterRow { get; init; }
}
