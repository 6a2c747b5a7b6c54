using FsCheck;
using FsCheck.Fluent;

namespace MassTransit.SqlTransport.Sqlite.Tests.Model;

internal enum Act
{
    Send,
    SendDelayed,
    Fetch,
    Complete,
    CompleteAgain,
    Renew,
    Unlock,
    UnlockDelayed,
    Pass,
    SetAhead,
    SetBack,
    Restart,
    Crash,
}

/// <summary>Something that happens to a queue. What the two numbers mean is up to the act.</summary>
internal sealed record Step(Act Act, int A, int B)
{
    private static readonly (int Weight, Act Act)[] Weights =
    [
        (20, Act.Send), (6, Act.SendDelayed), (14, Act.Fetch), (14, Act.Complete), (2, Act.CompleteAgain), (4, Act.Renew), (6, Act.Unlock),
        (4, Act.UnlockDelayed), (8, Act.Pass), (1, Act.SetAhead), (1, Act.SetBack), (1, Act.Restart), (1, Act.Crash),
    ];

    /// <summary>
    /// Sequences of steps. They can shrink, by leaving steps out, which takes minutes: each try starts processes' worth of MassTransit.
    /// </summary>
    public static Arbitrary<Step[]> Sequences(int most, bool shrink)
    {
        var step = from act in Gen.Frequency(Weights.Select(w => (w.Weight, Gen.Constant(w.Act))).ToArray())
                   from a in Gen.Choose(0, 99)
                   from b in Gen.Choose(0, 99)
                   select new Step(act, a, b);
        var sequences = from length in Gen.Choose(1, most)
                        from steps in step.ArrayOf(length)
                        select steps;
        return Arb.From(sequences,
            steps => Enumerable.Range(0, shrink ? steps.Length : 0).Select(left => steps.Where((_, i) => i != left).ToArray()));
    }

    public override string ToString() => $"{Act}({A},{B})";
}
