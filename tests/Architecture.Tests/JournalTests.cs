namespace Architecture.Tests;

/// <summary>
/// The journals have one writer: lines of several would not stand in the order of the facts, and one that nobody waited for would bring
/// back what was taken away.
/// </summary>
public class JournalTests
{
    [Fact]
    public void One_class_writes_journals() => Report.Same(
        ["contracts/Wanda.Catalog/Sessions/JournalWriter.cs"], Repository.ProductCode.Where(Appends));

    private static bool Appends(string file) =>
        Repository.Code(file).Any(line => line.Text.Contains("SessionJournal.AppendAsync", StringComparison.Ordinal));
}
