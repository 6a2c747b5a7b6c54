using System.Xml.Linq;

namespace Architecture.Tests.Suites;

/// <summary>Results as <c>dotnet test</c> writes them down.</summary>
internal sealed class Trx
{
    private static readonly XNamespace Namespace = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    private readonly XElement _results = new(Namespace + "Results");
    private readonly XElement _definitions = new(Namespace + "TestDefinitions");
    private readonly XElement _infos = new(Namespace + "RunInfos");
    private string? _text;

    public int ExitCode { get; set; }

    public string Text
    {
        get => _text
            ?? new XElement(Namespace + "TestRun", _results, _definitions, new XElement(Namespace + "ResultSummary", _infos)).ToString();
        init => _text = value;
    }

    public Trx Passed(string name) => Test(name, "Passed");

    public Trx Skipped(string name) => Test(name, "NotExecuted");

    public Trx Failed(string name, string message)
    {
        ExitCode = 1;
        return Info($"[xUnit.net 00:00:00.62]     {name} [FAIL]").Test(name, "Failed", new XElement(Namespace + "Output",
            new XElement(Namespace + "ErrorInfo", new XElement(Namespace + "Message", message),
                new XElement(Namespace + "StackTrace", "at N"))));
    }

    public Trx Died(string how)
    {
        ExitCode = 1;
        return Info(how);
    }

    private Trx Info(string error)
    {
        _infos.Add(new XElement(Namespace + "RunInfo", new XAttribute("outcome", "Error"), new XElement(Namespace + "Text", error)));
        return this;
    }

    private Trx Test(string name, string outcome, params XElement[] more)
    {
        var id = Guid.NewGuid();
        var method = name.Split('(')[0];
        var dot = method.LastIndexOf('.');
        _results.Add(new XElement(Namespace + "UnitTestResult", new XAttribute("testId", id), new XAttribute("testName", name),
            new XAttribute("outcome", outcome),
            new XAttribute("duration", "00:00:01.5000000"), more));
        _definitions.Add(new XElement(Namespace + "UnitTest", new XAttribute("id", id),
            new XElement(Namespace + "TestMethod", new XAttribute("className", method[..dot]),
                new XAttribute("name", method[(dot + 1)..]))));
        return this;
    }
}
