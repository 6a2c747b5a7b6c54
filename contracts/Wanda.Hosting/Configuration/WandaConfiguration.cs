using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Wanda.Hosting;

/// <summary>Reads and checks a node's configuration.</summary>
public static class WandaConfiguration
{
    private const string EnvironmentPrefix = "WANDA_";

    // Variables that are for the program itself (the file's name, how errors are told) or for its tests, in whose environment it runs.
    private static readonly string[] NoKeys = ["CONFIG", "TRACE", "SEED", "KILLS", "PEERS", "KUBO_PEER"];

    /// <summary>Reads <paramref name="file"/> (it may be missing when null), then the environment, and checks all of it.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, a key is unknown, or a value cannot be used.</exception>
    public static WandaOptions Load(string? file)
    {
        var fromFile = file is null ? new ConfigurationBuilder().Build() : Read(file);
        var environment = new ConfigurationBuilder().AddInMemoryCollection(Environment()).Build();
        List<string> problems =
        [
            .. new ConfigurationKeys(file ?? "").Problems(fromFile), .. new ConfigurationKeys("the environment").Problems(environment),
            .. SeedVariables.Problems(),
        ];
        if (problems.Count > 0)
            throw new ConfigurationException(problems);
        var options = new ConfigurationBuilder().AddConfiguration(fromFile).AddConfiguration(environment).Build().Get<WandaOptions>()
            ?? new WandaOptions();
        return Validated(SeedVariables.Under(options));
    }

    /// <summary>Checks options that were made in code; gives them with their paths resolved.</summary>
    /// <exception cref="ConfigurationException">A value cannot be used.</exception>
    public static WandaOptions Validated(WandaOptions options)
    {
        var problems = WandaOptionsValidator.Problems(options).ToList();
        if (problems.Count > 0)
            throw new ConfigurationException(problems);
        var data = Path.GetFullPath(options.Data);
        var root = Path.GetFullPath(options.Storage.Root ?? Path.Combine(data, "frames"));
        return options with { Data = data, Storage = options.Storage with { Root = root } };
    }

    private static IEnumerable<KeyValuePair<string, string?>> Environment() => new ConfigurationBuilder()
        .AddEnvironmentVariables(EnvironmentPrefix).Build().AsEnumerable()
        .Where(v => !NoKeys.Contains(v.Key, StringComparer.OrdinalIgnoreCase));

    private static IConfigurationRoot Read(string file)
    {
        if (!File.Exists(file))
            throw new ConfigurationException([$"{file} does not exist. Write one; the README shows a small example."]);
        try
        {
            return new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
        }
        catch (InvalidDataException e) when (e.InnerException is FormatException or JsonException)
        {
            throw new ConfigurationException(
                [$"{file} is no JSON: {e.InnerException!.InnerException?.Message ?? e.InnerException.Message}"]);
        }
    }
}
