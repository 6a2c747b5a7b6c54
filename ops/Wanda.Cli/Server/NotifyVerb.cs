using System.CommandLine;
using Wanda.Cli.Verbs;
using Wanda.Notify;
using Wanda.Ops;

namespace Wanda.Cli.Server;

/// <summary><c>wanda pinning-server notify</c>: whether the operator would be told.</summary>
internal static class NotifyVerb
{
    public static Command Create(Option<string[]> settings)
    {
        var command = new Command("notify", "Send a test notification by each --notify, and say what each answered.");
        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetValue(settings) is not { Length: > 0 } channels)
                throw new OpsException("Say how the operator is told: --notify, as of the server itself.");
            return await SendAsync(channels, cancellationToken) ? ExitCodes.Done : ExitCodes.NotDone;
        });
        return command;
    }

    private static async Task<bool> SendAsync(string[] settings, CancellationToken cancellationToken)
    {
        var channels = Channels(settings);
        var test = new Notification
        {
            Key = "test",
            Severity = NotificationSeverity.Info,
            Title = $"{Environment.MachineName}: a test of the pinning server's alerts",
            Text = "Whoever reads this would have been told.",
            At = TimeProvider.System.GetUtcNow(),
        };
        bool allTaken = true;
        foreach (var channel in channels)
        {
            using (channel)
            {
                try
                {
                    await Console.Out.WriteLineAsync($"{channel.Name}: {await channel.SendAsync(test, cancellationToken)}");
                }
                catch (NotificationException e)
                {
                    allTaken = false;
                    await Console.Error.WriteLineAsync($"wanda: {e.Message}");
                }
            }
        }

        return allTaken;
    }

    private static IReadOnlyList<NotificationChannel> Channels(string[] settings)
    {
        try
        {
            return NotificationChannels.Create(settings, TimeProvider.System);
        }
        catch (NotificationSettingsException e)
        {
            throw new OpsException(string.Join('\n', e.Errors.Select(error => $"--notify {error}")), e);
        }
    }
}
