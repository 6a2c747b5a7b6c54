using FsCheck;
using Microsoft.FSharp.Core;
using Xunit.Sdk;

namespace Tests.Shared;

/// <summary>
/// Where all that is random in the tests comes from: <c>WANDA_SEED</c>, or a number of this run's. A test that fails tells it.
/// </summary>
internal static class Seed
{
    private const string Variable = "WANDA_SEED";

    /// <summary>The seed.</summary>
    public static int Value { get; } = int.TryParse(Environment.GetEnvironmentVariable(Variable), out var given)
        ? given
        : Random.Shared.Next();

    /// <summary>How to have the same again.</summary>
    public static string Told => $"{Variable}={Value}";

    /// <summary>Runs a test on random numbers, the same whatever ran before it.</summary>
    public static async Task RunAsync(Func<Random, Task> test)
    {
        try
        {
            await test(new Random(Value));
        }
        catch (Exception e)
        {
            throw new XunitException($"{Told}: {e.Message}", e);
        }
    }

    /// <summary>Checks a property on random cases.</summary>
    /// <param name="property">What must hold.</param>
    /// <param name="tests">On how many cases.</param>
    public static void MustHold(this Property property, int tests = 100) => property.Check(Config.QuickThrowOnFailure
        .WithName(Told).WithMaxTest(tests).WithReplay(FSharpOption<Replay>.Some(new(new((ulong)Value), FSharpOption<int>.None))));
}
