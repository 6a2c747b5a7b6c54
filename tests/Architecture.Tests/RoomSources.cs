using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Architecture.Tests;

/// <summary>
/// A project's sources as the compiler understands them: which file uses which other file's types and members. What comes from NuGet is
/// unknown here, so that nothing has to be built; what is named in a room is found all the same.
/// </summary>
internal static class RoomSources
{
    // What the SDK adds to every file.
    private const string ImplicitUsings =
        """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest, DocumentationMode.None);

    private static readonly MetadataReference[] Framework =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly Dictionary<string, CSharpCompilation> Compiled = [];

    /// <summary>Each use of something in another file of the project: who uses it, what is used, and where that stands.</summary>
    public static IEnumerable<(string User, string Used, string Where)> Uses(ProjectFile project)
    {
        var compilation = Compile(project);
        return compilation.SyntaxTrees.AsParallel().SelectMany(tree => UsesIn(tree, compilation.GetSemanticModel(tree)));
    }

    private static IEnumerable<(string User, string Used, string Where)> UsesIn(SyntaxTree tree, SemanticModel model) =>
        from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let symbol = model.GetSymbolInfo(name).Symbol
        let type = (symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.OriginalDefinition
        where type is not null
        let places = type.DeclaringSyntaxReferences.Select(place => place.SyntaxTree.FilePath).ToList()
        where !places.Contains(tree.FilePath)
        from place in places
        select (tree.FilePath, type.Name, place);

    private static CSharpCompilation Compile(ProjectFile project)
    {
        if (Compiled.TryGetValue(project.Name, out var known))
            return known;
        var trees = project.Sources.Select(file => CSharpSyntaxTree.ParseText(SourceText.From(Repository.Text(file)), Options, file))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings, Options));
        var others = ProjectFile.Rooms.Where(other => project.Projects.Contains(other.Name))
            .Select(other => Compile(other).ToMetadataReference());
        return Compiled[project.Name] = CSharpCompilation.Create(project.Name, trees, [.. Framework, .. others]);
    }
}
