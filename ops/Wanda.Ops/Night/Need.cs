namespace Wanda.Ops;

/// <summary>What frames can wait for until somebody sees to it.</summary>
public enum NeedCode
{
    /// <summary>No destination is configured.</summary>
    NoDestination,

    /// <summary>Every destination is being emptied.</summary>
    AllLeave,

    /// <summary>No destination can prove what it holds.</summary>
    NoProof,

    /// <summary>No destination is on another machine.</summary>
    NoOtherMachine,

    /// <summary>Messages are stuck in a queue.</summary>
    Stuck,
}

/// <summary>The same with what it is about, so that what is said once is not said twice.</summary>
/// <param name="Code">What.</param>
/// <param name="Queue">The queue that it is about; null: none.</param>
public readonly record struct Need(NeedCode Code, string? Queue = null);

/// <summary>Needs in words.</summary>
internal static class NeedWords
{
    /// <summary>What it is, shortly, as a part of a sentence.</summary>
    public static string Of(NeedCode code) => code switch
    {
        NeedCode.NoDestination => "no destination is configured",
        NeedCode.AllLeave => "every destination is being emptied",
        NeedCode.NoProof => "no destination can prove what it holds",
        NeedCode.NoOtherMachine => "no destination is on another machine",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, null),
    };
}
