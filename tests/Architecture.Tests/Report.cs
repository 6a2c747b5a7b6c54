namespace Architecture.Tests;

/// <summary>Says all that is wrong, not the first five: whoever broke a rule wants the whole list.</summary>
internal static class Report
{
    public static void None(IEnumerable<string> wrong)
    {
        var all = string.Join('\n', wrong);
        Assert.True(all.Length == 0, all);
    }

    public static void Same(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var (before, now) = (expected.ToHashSet(), actual.ToHashSet());
        None(now.Except(before).Select(name => $"new: {name}").Concat(before.Except(now).Select(name => $"no more: {name}")));
    }
}
