using System.Text.RegularExpressions;

namespace Wanda.CaptureProducer.Survey;

/// <summary>
/// Where the WANDA app may write: always <c>captures</c> below the folder that its unit works in. Looked for are that unit, and the folders
/// that the app is cloned into by its own instructions.
/// </summary>
/// <param name="root">The file system; another one than <c>/</c> in tests.</param>
public sealed partial class WandaAppFolders(string root = "/")
{
    private const string Unit = "wanda-backend.service";
    private const int MostUnitBytes = 1 << 16;

    /// <summary>Those that are there, the one that was written to last first.</summary>
    public IReadOnlyList<string> Find() =>
    [
        .. Working().Concat(Cloned()).Select(folder => Path.Combine(folder, "captures")).Distinct(StringComparer.Ordinal)
            .Where(Directory.Exists).OrderByDescending(Newest),
    ];

    private IEnumerable<string> Working()
    {
        foreach (var folder in (string[])["etc/systemd/system", "lib/systemd/system", "usr/lib/systemd/system"])
        {
            var unit = new FileInfo(Path.Combine(root, folder, Unit));
            if (unit is { Exists: true, Length: < MostUnitBytes }
                && WorkingFolder().Match(File.ReadAllText(unit.FullName)) is { Success: true } line)
            {
                yield return Path.Combine(root, line.Groups[1].Value.Trim().TrimStart('/'));
            }
        }
    }

    private IEnumerable<string> Cloned() => Below(Path.Combine(root, "home")).SelectMany(Below)
        .Where(folder => Path.GetFileName(folder).StartsWith("wanda", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Below(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static DateTime Newest(string captures) =>
        Below(captures).Append(captures).Select(Directory.GetLastWriteTimeUtc).DefaultIfEmpty().Max();

    [GeneratedRegex(@"^WorkingDirectory=(.+)$", RegexOptions.Multiline)]
    private static partial Regex WorkingFolder();
}
