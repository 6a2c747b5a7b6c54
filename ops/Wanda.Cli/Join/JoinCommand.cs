using System.CommandLine;
using Spectre.Console;
using Wanda.Cli.Verbs;
using Wanda.Hosting;

namespace Wanda.Cli.Join;

/// <summary><c>wanda join</c>: a pinning server's invite becomes this node's token there.</summary>
internal static class JoinCommand
{
    public static Command Create(VerbOptions options)
    {
        var server = new Argument<string>("URL") { Description = "The server, as https://pin.example.org." };
        var invite = new Argument<string>("INVITE") { Description = "The code that its operator gave you." };
        var file = new Option<string?>("--token-file")
        {
            Description = "Where the token goes (mode 600). Default: HOST.token beside the configuration. A token that is there is "
                + "replaced.",
        };
        var command = new Command("join", "Join a pinning server with an invite: makes this node's token there.")
        {
            server, invite, file, options.Json,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var url = Membership.Address(result.GetValue(server)!);
            var path = Path.GetFullPath(
                result.GetValue(file) ?? Path.Combine(FolderOf(result.GetValue(options.Config)), $"{url.Host}.token"));
            var joined = await Membership.JoinAsync(url, result.GetValue(invite)!, path, cancellationToken);
            new Output(result.GetValue(options.Json)).Write(joined, Tell);
            return ExitCodes.Done;
        });
        return command;
    }

    private static string FolderOf(string? config) =>
        Path.GetDirectoryName(Path.GetFullPath(config ?? NodeAccess.DefaultConfiguration() ?? "wanda.json"))!;

    private static void Tell(IAnsiConsole console, Joined joined)
    {
        console.WriteLine($"Joined {joined.Url} as {joined.Node}{(joined.QuotaBytes is { } quota ? $", with {new ByteSize(quota)}" : "")}"
            + $"{(joined.Expires is { } end ? $", until {end:yyyy-MM-dd}" : "")}"
            + $"{(joined.AddOnly ? ", to add and read, and to remove nothing" : "")}. The token is in {joined.TokenFile}.");
        console.WriteLine("In wanda.json, under \"destinations\":");
        console.WriteLine(
            $$"""  { "name": "{{joined.Url.Host}}", "kind": "wanda", "url": "{{joined.Url.AbsoluteUri}}", "tokenFile": "{{joined.TokenFile}}" }""");
    }
}
