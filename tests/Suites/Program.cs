using System.Diagnostics;
using System.Globalization;
using Suites;

// suites FOLDER FILTER ASSEMBLY...: runs the suites, two at a time. FOLDER is for their results, and for what they say where there are
// several; it is emptied first. FILTER is part of the full names of the tests to run, or empty for all.
const string Seed = "WANDA_SEED";
// One that drives processes computes half of the time; two keep two cores busy.
const int AtATime = 2;
var (folder, part, assemblies) = (Path.GetFullPath(args[0]), args[1], args[2..]);
if (Directory.Exists(folder))
    Directory.Delete(folder, recursive: true);
Directory.CreateDirectory(folder);

// One seed for everything random, in the first run of a test and in the second.
if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Seed)))
    Environment.SetEnvironmentVariable(Seed, Random.Shared.Next().ToString(CultureInfo.InvariantCulture));
Console.WriteLine(
    $"What is random in the tests comes from {Seed}={Environment.GetEnvironmentVariable(Seed)}: set it to have the same again.");

var places = new Places(AtATime);
var results = await Task.WhenAll(assemblies.OrderBy(assembly => Order.PlaceOf(NameOf(assembly))).Select(assembly =>
{
    var suite = new Suite(NameOf(assembly), (filter, file) => TestAsync(assembly, filter, file), places,
        Order.IsAlone(NameOf(assembly)));
    return suite.RunAsync(part.Length == 0 ? null : Suite.FilterOf(part), folder);
}));

Report.Write(Console.Out, results);
return results.All(r => r.Failed == 0) && results.Any(r => r.Passed > 0) ? 0 : 1;

static string NameOf(string assembly) => Path.GetFileNameWithoutExtension(assembly);

async Task<int> TestAsync(string assembly, string? filter, string results)
{
    string[] arguments =
    [
        "test", assembly, "--nologo", "--logger", "console;verbosity=minimal",
        "--logger", $"trx;LogFileName={Path.GetFileName(results)}", "--results-directory", Path.GetDirectoryName(results)!,
        // One test that hangs ends its suite, by name, and not the night's run. The long forms take their time.
        .. Environment.GetEnvironmentVariable("TEST_LONG") is null
            ? (string[])["--blame-hang-timeout", "8m", "--blame-hang-dump-type", "none"]
            : [],
        .. filter is null ? (string[])[] : ["--filter", filter],
    ];
    if (assemblies.Length == 1)
        return await RunAsync("dotnet", arguments);

    // Into a file, so that what two suites say does not mix; and not through a pipe, which a process that outlives its test holds open.
    var said = Path.ChangeExtension(results, ".log");
    var exitCode = await RunAsync("sh", ["-c", "log=$1; shift; exec dotnet \"$@\" >\"$log\" 2>&1", "sh", said, .. arguments]);
    Console.Write(await File.ReadAllTextAsync(said));
    return exitCode;
}

static async Task<int> RunAsync(string program, IEnumerable<string> arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments))!;
    await process.WaitForExitAsync();
    return process.ExitCode;
}
