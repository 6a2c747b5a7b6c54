using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Architecture.Tests;

/// <summary>What the house agreed on and neither the compiler nor an analyzer of <c>.editorconfig</c> can hold.</summary>
public partial class DialectTests
{
    private const int Columns = 140;

    private static readonly Lazy<IReadOnlyList<Source>> Sources = new(() =>
        [.. Repository.FilesOf(".cs").Select(f => new Source(f, CSharpSyntaxTree.ParseText(Repository.Text(f))))]);

    /// <summary>A word that is longer than the room, as a fixture's digits, and the inside of a raw string cannot be broken.</summary>
    [Fact]
    public void A_line_of_code_ends_at_column_140() =>
        Report.None(from source in Sources.Value
                    let text = source.Tree.GetText()
                    from line in text.Lines
                    where line.Span.Length > Columns && !IsOneWord(source.Tree.GetRoot().FindToken(line.Start + Columns), line)
                    select $"{source.File}:{line.LineNumber + 1} has {line.Span.Length} columns");

    /// <summary>Tables, blocks of code and headings have lines of their own length.</summary>
    [Fact]
    public void A_line_of_a_document_a_page_or_a_script_ends_at_column_140() =>
        Report.None(from file in Repository.FilesOf(".md", ".sh", ".razor", ".css", ".js", ".mjs", ".cjs")
                    from line in Prose(Repository.Text(file))
                    where line.Text.Length > Columns && line.Text.LastIndexOf(' ') > 20
                    select $"{file}:{line.Number} has {line.Text.Length} columns");

    [Fact]
    public void A_token_is_called_cancellationToken() =>
        Report.None(from source in Sources.Value
                    from parameter in source.Tree.GetRoot().DescendantNodes().OfType<ParameterSyntax>()
                    where parameter.Type?.ToString().TrimEnd('?') == "CancellationToken"
                    where parameter.Identifier.Text != "cancellationToken" && !IsOfTheFramework(parameter)
                    select $"{source.File}: {parameter.Parent?.Parent?.ToString().Split('\n')[0].Trim()}");

    /// <summary>Braces stand around what takes several lines (IDE0011 asks for those), and around nothing else.</summary>
    [Fact]
    public void A_body_of_one_line_has_no_braces() =>
        Report.None(from source in Sources.Value
                    from block in source.Tree.GetRoot().DescendantNodes().OfType<BlockSyntax>()
                    where block.Parent is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or UsingStatementSyntax
                        or LockStatementSyntax
                        or IfStatementSyntax { Else: null, Parent: not ElseClauseSyntax }
                    where NeedsNoBraces(block)
                    select $"{source.File}:{Line(block) + 1}: {block.Statements[0].ToString().Trim()}");

    [Fact]
    public void A_body_stands_on_a_line_of_its_own() =>
        Report.None(from source in Sources.Value
                    from body in source.Tree.GetRoot().DescendantNodes().OfType<StatementSyntax>()
                    where body.Parent is IfStatementSyntax or ElseClauseSyntax or ForStatementSyntax or CommonForEachStatementSyntax
                        or WhileStatementSyntax
                    where body is not BlockSyntax && !(body is IfStatementSyntax && body.Parent is ElseClauseSyntax)
                    where LineOf(body, body.GetFirstToken().GetPreviousToken().SpanStart) == Line(body) && !IsWithinOneLine(body)
                    select $"{source.File}:{Line(body) + 1}: {body.ToString().Split('\n')[0].Trim()}");

    [Fact]
    public void Events_are_logged_by_generated_methods() =>
        Report.None(from file in Repository.ProductCode
                    from line in Repository.Code(file)
                    where LogCall().IsMatch(line.Text)
                    select $"{file}:{line.Number}: write a [LoggerMessage] method");

    /// <summary>As users read them in the documents: <c>release.lowWater</c>, <c>destinations[0].url</c>.</summary>
    [Fact]
    public void A_configuration_key_is_written_with_dots() =>
        Report.None(from file in Repository.FilesOf(".cs", ".razor", ".md", ".sh")
                    from line in Repository.Code(file)
                    where !file.EndsWith("/DialectTests.cs", StringComparison.Ordinal) && file != "CHANGELOG.md"
                        && ColonKey().IsMatch(line.Text)
                    select $"{file}:{line.Number}: {line.Text.Trim()}");

    private static bool IsOneWord(SyntaxToken token, TextLine line)
    {
        var text = token.Text;
        var raw = text.Contains("\"\"\"", StringComparison.Ordinal) || text.StartsWith('@')
            || token.Parent?.AncestorsAndSelf().OfType<InterpolatedStringExpressionSyntax>()
                .Any(i => i.StringStartToken.Text.Contains("\"\"\"", StringComparison.Ordinal)) == true;
        return raw || token.SpanStart < line.Start || !text.Contains(' ', StringComparison.Ordinal) && text.Length > Columns / 2;
    }

    private static IEnumerable<(int Number, string Text)> Prose(string text)
    {
        var (number, isCode) = (0, false);
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            else if (!isCode && !line.TrimStart().StartsWith('|') && !line.StartsWith("##", StringComparison.Ordinal))
                yield return (number, line);
        }
    }

    /// <summary>An override keeps the name that the framework gave it.</summary>
    private static bool IsOfTheFramework(ParameterSyntax parameter) =>
        parameter is { Identifier.Text: "stoppingToken", Parent.Parent: MethodDeclarationSyntax method }
        && method.Modifiers.Any(m => m.IsKind(SyntaxKind.OverrideKeyword));

    private static bool NeedsNoBraces(BlockSyntax block) =>
        block is { Statements: [var only], Parent: { } parent }
            && only is ExpressionStatementSyntax or ReturnStatementSyntax or ThrowStatementSyntax
                or YieldStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax
        && Line(parent) + 1 == Line(block) && Line(block) + 2 == LineOf(block, block.CloseBraceToken.SpanStart)
        && !block.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia));

    /// <summary>As in <c>x => { if (x) return 1; return 2; }</c>.</summary>
    private static bool IsWithinOneLine(SyntaxNode body) =>
        body.Ancestors().OfType<BlockSyntax>().FirstOrDefault() is { } block && Line(block) == LineOf(block, block.Span.End);

    private static int Line(SyntaxNode node) => LineOf(node, node.SpanStart);

    private static int LineOf(SyntaxNode node, int position) => node.SyntaxTree.GetText().Lines.GetLineFromPosition(position).LineNumber;

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(")]
    private static partial Regex LogCall();

    [GeneratedRegex(
        @"(?<![\w:/.{@-])((storage|release|ipfs|ops|audit|clock|ipns|archive|reconcile|retrieval|privacy):[a-z][A-Za-z]+|(cameras|watch|destinations):[0-9{])")]
    private static partial Regex ColonKey();

    private sealed record Source(string File, SyntaxTree Tree);
}
