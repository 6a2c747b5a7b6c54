namespace Wanda.Custody;

/// <summary>On which machine a destination keeps its copies: one on this machine fails with it (law 2).</summary>
public enum Machine
{
    /// <summary>It cannot be told. Its address tells nothing.</summary>
    Unknown,

    /// <summary>On this one.</summary>
    This,

    /// <summary>On another one.</summary>
    Other,
}

/// <summary>What was found out of a destination's machine.</summary>
/// <param name="Machine">Which it is.</param>
/// <param name="How">How that was found, or why it cannot be told: a sentence's end, after its name.</param>
public sealed record MachineJudgement(Machine Machine, string How);
