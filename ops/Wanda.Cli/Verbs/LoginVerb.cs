using System.CommandLine;
using Spectre.Console;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda login</c>: a code that lets one browser into the console, once.</summary>
internal static class LoginVerb
{
    public static Command Create(VerbOptions options)
    {
        var view = new Option<bool>("--view") { Description = "Let it look alone; without this it may do everything." };
        var command = Verb.Create(options, "login", "Make a code that lets one browser into the console, for ten minutes and once.",
            async (result, node, output, cancellationToken) =>
            {
                output.Write(
                    await node.Get<LoginCommand>().InviteAsync(mayOperate: !result.GetValue(view), cancellationToken), Tell);
                return ExitCodes.Done;
            }, view);
        command.Add(options.Data);
        command.Add(options.Json);
        return command;
    }

    private static void Tell(IAnsiConsole console, LoginInvite invite)
    {
        console.WriteLine($"Open {invite.Address} and write {invite.Code}, or scan this. It is for one browser, which then may "
            + $"{(invite.MayOperate ? "do everything" : "look and change nothing")}, and ends at {invite.ExpiresAt.ToLocalTime():HH:mm}.");
        if (console.Profile.Width < invite.Qr[0].Length + 2)
            return; // broken lines are nothing for a camera
        foreach (var line in invite.Qr)
            console.WriteLine(line);
    }
}
