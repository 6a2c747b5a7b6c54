namespace Wanda.Notify.Tests;

/// <summary>The README's code, compiled; Architecture.Tests holds the two equal.</summary>
internal static class ReadmeSample
{
    public static async Task RunAsync(string[] settings)
    {
        // As the operator wrote them; all mistakes are told at once, and no secret is repeated.
        var channels = NotificationChannels.Create(settings, TimeProvider.System);
        var notification = new Notification
        {
            Key = "disk",
            Severity = NotificationSeverity.Urgent,
            Title = "The disk is 90 % full",
            Text = "It lasts for 3 days more.",
            At = TimeProvider.System.GetUtcNow(),
        };
        foreach (var channel in channels)
        {
            try
            {
                Console.WriteLine($"{channel.Name}: {await channel.SendAsync(notification)}");
            }
            catch (NotificationException e)
            {
                Console.WriteLine(e.Message); // it names the channel, and holds no secret
            }
        }
    }
}
