using System.CommandLine;
using Spectre.Console;
using Wanda.Cli.Verbs;
using Wanda.Notify;
using Wanda.Ops;

namespace Wanda.Cli.Server;

/// <summary><c>wanda pinning-server notify</c>: whether the operator would be told.</summary>
internal static class NotifyVerb
{
    public static Command Create(VerbOptions options, Option<string[]> settings)
    {
        var command = new Command("notify", "Send a test notification by each --notify, and say what each answered.");
        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetValue(settings) is not { Length: > 0 } channels)
                throw new OpsException("Say how the operator is told: --notify, as of the server itself.");
            var answers = await SendAsync(channels, cancellationToken);
            new Output(result.GetValue(options.Json)).Write(answers, Show);
            return answers.All(a => a.Taken) ? ExitCodes.Done : ExitCodes.NotDone;
        });
        return command;
    }

    private static async Task<IReadOnlyList<Answer>> SendAsync(string[] settings, CancellationToken cancellationToken)
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
        var answers = new List<Answer>();
        foreach (var channel in channels)
        {
            using (channel)
            {
                try
                {
                    answers.Add(new(channel.Name, true, $"{channel.Name}: {await channel.SendAsync(test, cancellationToken)}"));
                }
                catch (NotificationException e)
                {
                    answers.Add(new(channel.Name, false, e.Message));
                }
            }
        }

        return answers;
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<Answer> answers)
    {
        foreach (var answer in answers.Where(a => a.Taken))
            console.WriteLine(answer.Text);
        foreach (var answer in answers.Where(a => !a.Taken))
            Console.Error.WriteLine($"wanda: {answer.Text}");
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

    private sealed record Answer(string Channel, bool Taken, string Text);
}
