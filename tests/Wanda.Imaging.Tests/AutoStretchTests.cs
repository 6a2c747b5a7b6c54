using FsCheck.Fluent;

namespace Wanda.Imaging.Tests;

[Trait("Rerun", "Never")]
public class AutoStretchTests
{
    /// <summary>
    /// Values worked out by hand from the formula: c = 0.02 - 2.8 * 1.4826 * 0.001, m = MTF(0.25, 0.02 - c), y = MTF(m, (x - c) / (1 - c)).
    /// </summary>
    [Theory]
    [InlineData(0.02, 0.25291, 0.0005)]
    [InlineData(0.5, 0.98772, 0.0005)]
    [InlineData(0.01, 0, 0)]
    [InlineData(1, 1, 0)]
    public void Follows_the_formula(double value, double expected, double tolerance) =>
        Assert.Equal(expected, AutoStretch.For(0.02, 0.001).Apply(value), tolerance);

    [Fact]
    public void Is_monotonous_within_zero_and_one_and_mirrors_bright_frames()
    {
        var unit = Gen.Choose(0, 1_000_000).Select(n => n / 1e6);
        var cases = from median in unit
                    from mad in unit
                    from x in unit
                    from target in unit
                    select (median,
            mad / 4, x, 0.05 + target * 0.85);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (median, mad, x, target) = c;
            var curve = AutoStretch.For(median, mad, target);
            var mirror = AutoStretch.For(1 - median, mad, target);
            var y = curve.Apply(x);
            return y is >= 0 and <= 1 && curve.Apply(Math.Min(1, x + 0.001)) >= y - 1e-12
                && (median == 0.5 || Math.Abs(1 - mirror.Apply(1 - x) - y) < 1e-9);
        }).MustHold();
    }
}
