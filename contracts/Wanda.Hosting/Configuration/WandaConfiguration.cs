using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Wanda.Hosting;

/// <summary>Reads and checks a node's configuration.</summary>
public static partial class WandaConfiguration
{
    private const string EnvironmentPrefix = "WANDA_";

    /// <summary>Reads <paramref name="file"/> (it may be missing when null), then the environment, and checks all of it.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, a key is unknown, or a value cannot be used.</exception>
    public static WandaOptions Load(string? file)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null)
        {
            if (!File.Exists(file))
                throw new ConfigurationException([$"{file} does not exist. Write one; the README shows a small example."]);
            builder.AddJsonFile(Path.GetFullPath(file), optional: false);
        }

        builder.AddInMemoryCollection(Environment());
        var options = Bind(builder, file ?? "the environment");
        Validate(options);
        return options;
    }

    /// <summary>Checks options that were made in code, and resolves their paths.</summary>
    /// <exception cref="ConfigurationException">A value cannot be used.</exception>
    public static void Validate(WandaOptions options)
    {
        var problems = WandaOptionsValidator.Problems(options).ToList();
        if (problems.Count > 0)
            throw new ConfigurationException(problems);
        options.Data = Path.GetFullPath(options.Data);
        options.Storage.Root = Path.GetFullPath(options.Storage.Root ?? Path.Combine(options.Data, "frames"));
    }

    /// <summary>What the environment says; <c>WANDA_CONFIG</c> names the file and is no key in it.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Environment() => new ConfigurationBuilder()
        .AddEnvironmentVariables(EnvironmentPrefix).Build().AsEnumerable().Where(v => !v.Key.Equals("CONFIG", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("were not found on the instance of [^:]+: ('(?<key>[^']+)'(, )?)+$")]
    private static partial Regex UnknownKeys { get; }

    private static WandaOptions Bind(ConfigurationBuilder builder, string source)
    {
        try
        {
            return builder.Build().Get<WandaOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new WandaOptions();
        }
        catch (InvalidDataException e) when (e.InnerException is FormatException or JsonException)
        {
            throw new ConfigurationException([$"{source} is no JSON: {e.InnerException!.InnerException?.Message ?? e.InnerException.Message}"]);
        }
        catch (InvalidOperationException e)
        {
            // The binder names the key of a value it cannot read, or lists in quotes, at the end, the keys it does not know.
            var unknown = UnknownKeys.Match(e.Message);
            throw new ConfigurationException(unknown.Success
                ? [.. unknown.Groups["key"].Captures.Select(k => $"{k.Value}: is unknown (in {source}). The README lists the keys; take it out, or write the one you meant.")]
                : [$"{source}: {e.Message} {e.InnerException?.Message}".TrimEnd()]);
        }
    }
}
