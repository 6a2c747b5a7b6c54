using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>What a project file says it needs, the shared sources that it compiles in included.</summary>
internal sealed record ProjectFile(string Path, IReadOnlySet<string> Projects, IReadOnlySet<string> Packages,
    IReadOnlySet<string> Frameworks, IReadOnlySet<string> SharedSources)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public static IReadOnlyList<ProjectFile> All { get; } = [.. Repository.FilesOf(".csproj").Select(Read)];

    /// <summary>The rooms' projects: everything but the tests.</summary>
    public static IEnumerable<ProjectFile> Rooms => All.Where(p => !p.Path.StartsWith("tests/", StringComparison.Ordinal));

    /// <summary>The project's folder, with a slash at its end.</summary>
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];

    /// <summary>Its own sources: those below its folder that are below no other project's.</summary>
    public IEnumerable<string> Sources => Repository.FilesOf(".cs").Where(f => f.StartsWith(Folder, StringComparison.Ordinal))
        .Where(f => !All.Any(inner => inner.Folder.Length > Folder.Length && f.StartsWith(inner.Folder, StringComparison.Ordinal)));

    private static ProjectFile Read(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.Combine(Repository.Root, path))!;
        var own = XDocument.Load(System.IO.Path.Combine(Repository.Root, path));
        var imports = Values(own, "Import", "Project").ToList();
        var packages = imports.Select(i => XDocument.Load(System.IO.Path.Combine(folder, i))).Prepend(own)
            .SelectMany(d => Values(d, "PackageReference", "Include"));
        return new(
            path,
            Set(Values(own, "ProjectReference", "Include").Select(System.IO.Path.GetFileNameWithoutExtension)!),
            Set(packages),
            Set(Values(own, "FrameworkReference", "Include")),
            Set(imports.Select(System.IO.Path.GetFileNameWithoutExtension)!));
    }

    private static IEnumerable<string> Values(XDocument document, string element, string attribute) =>
        document.Descendants(element).Select(e => e.Attribute(attribute)?.Value).OfType<string>();

    private static HashSet<string> Set(IEnumerable<string> values) => [.. values];
}
