using System.Diagnostics;
using System.Globalization;
using Suites;

// suites FOLDER FILTER ASSEMBLY...: runs the suites one after another (several drive processes and count on having the machine's cores).
// FOLDER is for their results and is emptied first; FILTER is part of the full names of the tests to run, or empty for all.
const string Seed = "WANDA_SEED";
var (folder, part, assemblies) = (Path.GetFullPath(args[0]), args[1], args[2..]);
if (Directory.Exists(folder))
    Directory.Delete(folder, recursive: true);

// One seed for everything random, in the first run of a test and in the second.
if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Seed)))
    Environment.SetEnvironmentVariable(Seed, Random.Shared.Next().ToString(CultureInfo.InvariantCulture));
Console.WriteLine(
    $"What is random in the tests comes from {Seed}={Environment.GetEnvironmentVariable(Seed)}: set it to have the same again.");

List<SuiteResult> results = [];
foreach (var assembly in assemblies)
{
    var suite = new Suite(Path.GetFileNameWithoutExtension(assembly), (filter, file) => TestAsync(assembly, filter, file));
    results.Add(await suite.RunAsync(part.Length == 0 ? null : Suite.FilterOf(part), folder));
}

Report.Write(Console.Out, results);
return results.All(r => r.Failed == 0) && results.Any(r => r.Passed > 0) ? 0 : 1;

static async Task<int> TestAsync(string assembly, string? filter, string results)
{
    string[] arguments =
    [
        "test", assembly, "--nologo", "--logger", "console;verbosity=minimal",
        "--logger", $"trx;LogFileName={Path.GetFileName(results)}", "--results-directory", Path.GetDirectoryName(results)!,
        // One test that hangs ends its suite, by name, and not the night's run. The long forms take their time.
        .. Environment.GetEnvironmentVariable("TEST_LONG") is null
            ? (string[])["--blame-hang-timeout", "8m", "--blame-hang-dump-type", "none"]
            : [],
    ];
    using var test = Process.Start(new ProcessStartInfo("dotnet", filter is null ? arguments : [.. arguments, "--filter", filter]))!;
    await test.WaitForExitAsync();
    return test.ExitCode;
}
