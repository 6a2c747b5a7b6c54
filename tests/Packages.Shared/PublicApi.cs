using System.Reflection;
using System.Text.RegularExpressions;
using PublicApiGenerator;

namespace Packages.Shared;

/// <summary>
/// What others build on, as C#: a test compares it with the approved text beside it, so that a change shows in review. Names of parameters
/// and default values are part of it: callers write them.
/// </summary>
internal static partial class PublicApi
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        ExcludeAttributes = // The compiler's, with names of its own making.
        [
            "System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute",
            "System.Runtime.CompilerServices.EnumeratorCancellationAttribute",
        ],
    };

    /// <summary>Fails unless the assembly's public API is what <c>PublicApi.approved.txt</c> in the test project's folder says.</summary>
    public static void IsApproved(Assembly assembly)
    {
        var tests = Assembly.GetExecutingAssembly();
        var root = tests.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
        var approved = Path.Combine(root, "tests", tests.GetName().Name!, "PublicApi.approved.txt");
        var received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        var actual = Qualifier().Replace(assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n"), "") + "\n";
        File.WriteAllText(received, actual);
        var known = File.Exists(approved) ? File.ReadAllText(approved) : "";
        var changes = known.Split('\n').Except(actual.Split('\n')).Select(l => $"- {l.Trim()}")
            .Concat(actual.Split('\n').Except(known.Split('\n')).Select(l => $"+ {l.Trim()}"));
        Assert.True(known == actual, $"The public API changed. When that is meant, note it in CHANGELOG.md and copy {received} over "
            + $"{approved}.\n{string.Join('\n', changes)}");
    }

    // Types are written with all their namespaces, which makes a line hard to read; only the line of the namespace itself keeps them.
    [GeneratedRegex("""(?<!^namespace |[\w.])(System|Microsoft|MassTransit|Wanda)(\.[A-Z]\w*)*\.(?=[A-Z])""", RegexOptions.Multiline)]
    private static partial Regex Qualifier();
}
