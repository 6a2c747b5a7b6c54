using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>
/// Options are validated once; nobody changes them after that, whoever wants others makes a record with <c>with</c>. (What MassTransit
/// configures by a delegate is called a configurator, and has setters.)
/// </summary>
public class OptionsTests
{
    private static readonly string[] Changeable = ["List", "IList", "ICollection", "Dictionary", "IDictionary", "HashSet", "ISet"];

    private static readonly Lazy<IReadOnlyList<(string File, TypeDeclarationSyntax Type)>> Options = new(() =>
        [.. from file in Repository.FilesOf(".cs")
            let text = Repository.Text(file)
            where text.Contains("Options", StringComparison.Ordinal)
            from type in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
            where type.Identifier.Text.EndsWith("Options", StringComparison.Ordinal) && !type.Modifiers.Any(SyntaxKind.StaticKeyword)
            select (file, type)]);

    [Fact]
    public void Options_are_sealed_records()
    {
        Report.None(from option in Options.Value
                    where option.Type is not RecordDeclarationSyntax || !option.Type.Modifiers.Any(SyntaxKind.SealedKeyword)
                    select $"{option.File}: {option.Type.Identifier}");
        Assert.True(Options.Value.Count > 15, "Hardly any options were found.");
    }

    [Fact]
    public void Options_are_not_changed_once_they_are_made() =>
        Report.None(from option in Options.Value
                    from property in option.Type.Members.OfType<PropertyDeclarationSyntax>()
                    where property.AccessorList?.Accessors.Any(SyntaxKind.SetAccessorDeclaration) == true
                        || property.Type is ArrayTypeSyntax
                        || (property.Type is GenericNameSyntax list && Changeable.Contains(list.Identifier.Text))
                    select $"{option.File}: {option.Type.Identifier}.{property.Identifier}");
}
