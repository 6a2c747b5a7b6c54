using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Suites;

/// <summary>What a run of tests wrote down (trx, the format of <c>dotnet test</c>).</summary>
/// <param name="Tests">How each test ended.</param>
/// <param name="Broken">What went wrong beside the tests, so that these are not all, or not the whole story; null when nothing did.</param>
internal sealed record RunResults(IReadOnlyList<TestResult> Tests, string? Broken)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static RunResults Read(string file)
    {
        if (!File.Exists(file))
            return new([], "it was not built, or ended before it wrote down any result");
        try
        {
            return Read(XDocument.Load(file));
        }
        catch (XmlException e)
        {
            return new([], $"its results cannot be read: {e.Message}");
        }
    }

    private static RunResults Read(XDocument trx)
    {
        var names = trx.Descendants(Trx + "UnitTest").ToDictionary(
            test => Value(test, "id"),
            test => $"{Value(test.Element(Trx + "TestMethod")!, "className")}.{Value(test.Element(Trx + "TestMethod")!, "name")}");
        // Each failed test is an error of the run as well; what else is one (an aborted run, a fixture that cannot be taken down) is in no
        // test's result.
        var errors = trx.Descendants(Trx + "RunInfo").Where(info => Value(info, "outcome") == "Error").Select(info => info.Value.Trim());
        return new([.. trx.Descendants(Trx + "UnitTestResult").Select(Test)],
            errors.FirstOrDefault(error => !error.EndsWith("[FAIL]", StringComparison.Ordinal)));

        TestResult Test(XElement result) => new(
            names[Value(result, "testId")],
            Value(result, "testName"),
            Value(result, "outcome") switch { "Passed" => Outcome.Passed, "NotExecuted" => Outcome.Skipped, _ => Outcome.Failed },
            TimeSpan.TryParse(result.Attribute("duration")?.Value, CultureInfo.InvariantCulture, out var took) ? took : TimeSpan.Zero,
            result.Descendants(Trx + "Message").FirstOrDefault()?.Value ?? "");
    }

    private static string Value(XElement element, string attribute) => element.Attribute(attribute)!.Value;
}
