using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Wanda.Cli.Verbs;
using Wanda.Hosting;

namespace Wanda.Cli.Up;

/// <summary><c>wanda up</c>: runs a node on its configuration.</summary>
internal static partial class UpCommand
{
    public static Command Create(Option<string?> config)
    {
        var role = new Option<string>("--role")
        {
            Description = "Which part of the node this process runs: all, capture, workers or ops.",
            DefaultValueFactory = _ => "all",
        };
        role.AcceptOnlyFromAmong("all", "capture", "workers", "ops");
        var command = new Command("up", "Run a node: cameras, workers and console, on the configuration in wanda.json.") { role };
        command.SetAction(async (result, cancellationToken) =>
        {
            var file = result.GetValue(config) ?? NodeAccess.DefaultConfiguration();
            if (file is null && Environment.GetEnvironmentVariable("WANDA_Data") is null)
                throw NodeAccess.NoConfiguration();
            var options = WandaConfiguration.Load(file);
            var roles = Enum.Parse<Roles>(result.GetValue(role)!, ignoreCase: true);
            if (roles.HasFlag(Roles.Ops) && ListenAddress.Problem(options.Ops.Listen) is { } problem)
            {
                throw new ConfigurationException(
                    [
                        $"ops.listen: {options.Ops.Listen} cannot be listened on: {problem}. Write another port, or stop the program that "
                            + "has it."]);
            }

            using var host = await NodeHost.BuildAsync(options, roles, logging => Log(logging), cancellationToken);
            await host.StartAsync(cancellationToken);
            Introduce(host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("wanda"), options, roles);
            await host.WaitForShutdownAsync(cancellationToken);
            return Environment.ExitCode;
        });
        return command;
    }

    /// <summary>What runs here, in a line; and what is missing for a night.</summary>
    private static void Introduce(ILogger log, WandaOptions options, Roles roles)
    {
        var parts = new List<string> { $"data in {options.Data}" };
        if (roles.HasFlag(Roles.Capture))
            parts.Add(Names("frames from", options.Cameras.Select(c => c.Name).Concat(options.Watch.Select(w => w.Path))));
        if (roles.HasFlag(Roles.Workers))
            parts.Add(Names("sent to", options.Destinations.Select(d => d.Name)));
        if (roles.HasFlag(Roles.Ops))
            parts.Add($"console at {options.Ops.Listen}");
        IsUp(log, options.Node, string.Join("; ", parts));
    }

    private static string Names(string what, IEnumerable<string> names) =>
        $"{what} {(string.Join(", ", names) is { Length: > 0 } all ? all : "nowhere: none is configured")}";

    /// <summary>Logs to the terminal, or to systemd's journal in its own form.</summary>
    internal static void Log(ILoggingBuilder logging, LogLevel level = LogLevel.Information)
    {
        logging.SetMinimumLevel(level);
        Quiet(logging);
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null)
        {
            logging.AddSystemdConsole();
        }
        else
        {
            logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.UseUtcTimestamp = true;
                o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                o.ColorBehavior = Console.IsOutputRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
            });
        }
    }

    /// <summary>
    /// What the libraries say on a good day is left out; so is that cookie keys lie in a file (in the data folder, mode 700), and that
    /// pages with forms are not cached.
    /// </summary>
    internal static void Quiet(ILoggingBuilder logging) => logging
        .AddFilter("MassTransit", LogLevel.Warning)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
        .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Node} is up: {Parts}.")]
    private static partial void IsUp(ILogger log, string node, string parts);
}
