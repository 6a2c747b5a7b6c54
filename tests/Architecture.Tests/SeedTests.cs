using FsCheck.Fluent;

namespace Architecture.Tests;

/// <summary>What <c>Tests.Shared/Seed.cs</c> promises every suite.</summary>
[Trait("Rerun", "Never")]
public class SeedTests
{
    [Fact]
    public void A_property_is_checked_on_the_same_cases_again_and_tells_its_seed_when_it_fails()
    {
        var runs = new[] { new List<int>(), [] };
        foreach (var run in runs)
            Prop.ForAll<int>(run.Add).MustHold(20);

        Assert.Equal(runs[0], runs[1]);
        Assert.Contains(Seed.Told, Assert.ThrowsAny<Exception>(() => Prop.ForAll<int>(n => n < 3).MustHold()).Message);
    }

    [Fact]
    public async Task A_test_on_random_numbers_has_the_same_again_and_tells_its_seed_when_it_fails()
    {
        var numbers = new List<int>();
        for (var run = 0; run < 2; run++)
        {
            var e = await Assert.ThrowsAnyAsync<Exception>(() => Seed.RunAsync(random =>
            {
                numbers.Add(random.Next());
                throw new InvalidDataException("Too short.");
            }));
            Assert.Equal($"{Seed.Told}: Too short.", e.Message);
        }

        Assert.Equal(numbers[0], numbers[1]);
    }
}
