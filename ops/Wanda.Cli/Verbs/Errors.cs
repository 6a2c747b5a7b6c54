using System.CommandLine;
using System.CommandLine.Invocation;
using MassTransit.SqlTransport.Sqlite;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ops;
using Wanda.PinningServer;

namespace Wanda.Cli.Verbs;

/// <summary>Runs the command line and says in one line what went wrong. A stack trace is for <c>WANDA_TRACE=1</c> alone.</summary>
internal static class Errors
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction wrong)
            wrong.ShowHelp = false;
        try
        {
            var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return code != 0 && parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Stopped;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(Line(e));
            return e is ConfigurationException or PinningServerOptionsException ? ExitCodes.Usage : ExitCodes.NotDone;
        }
    }

    private static string Line(Exception e)
    {
        if (Environment.GetEnvironmentVariable("WANDA_TRACE") is { Length: > 0 })
            return e.ToString();
        return IsTold(e)
            ? $"wanda: {e.Message}"
            : $"wanda: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} This should not happen: run it again with WANDA_TRACE=1 and "
                + "report what it prints.";
    }

    // Exceptions whose messages are written for an operator.
    private static bool IsTold(Exception e) =>
        e is OpsException or ConfigurationException or StorageRootException or CatalogueConflictException or SqliteTransportException
            or IOException
            or UnauthorizedAccessException or PinningServerOptionsException or PoisonException or NotNowException;
}
