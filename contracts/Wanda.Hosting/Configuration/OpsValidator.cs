using System.Net;
using System.Text.RegularExpressions;

namespace Wanda.Hosting;

/// <summary>What is wrong with the keys of the console, a sentence a key.</summary>
internal static partial class OpsValidator
{
    public static IEnumerable<string> Problems(OpsOptions ops)
    {
        foreach (var host in ops.Hosts.Where(h => !HostName.IsMatch(h)))
            yield return $"ops.hosts: '{host}' is no name of a machine. Write it without a scheme and a port, as \"wanda.local\".";
        // Neither is repeated: somebody may have written a password into it.
        if (!ops.Origins.All(IsOrigin))
            yield return "ops.origins: not each is an origin. Write scheme, name and port alone, as \"http://HOST:3000\".";
        if (ops.App is { } app && !(WandaOptionsValidator.IsWebAddress(app) && new Uri(app).AbsolutePath == "/"))
            yield return "ops.app: is no address of the app. Write \"http://127.0.0.1:5000\", without a path or a password.";
        if (!Uri.TryCreate(ops.Listen, UriKind.Absolute, out var listen) || listen.Scheme is not ("http" or "https"))
        {
            yield return $"ops.listen: '{ops.Listen}' is no address. Write \"http://127.0.0.1:8080\".";
            yield break;
        }

        if (ops.App is { } itself && Uri.TryCreate(itself, UriKind.Absolute, out var asked) && asked.Authority == listen.Authority)
            yield return $"ops.app: {itself} is where this console listens itself. Write the address of the app.";
        var loopback = listen.IsLoopback || (IPAddress.TryParse(listen.Host, out var ip) && IPAddress.IsLoopback(ip));
        if (!loopback && string.IsNullOrEmpty(ops.Token))
        {
            yield return $"ops.token: is missing, and ops.listen ({ops.Listen}) can be reached from other machines. Write a long random "
                + "token, or listen on 127.0.0.1.";
        }
    }

    // As browsers send it: nothing after the port, and no port that goes without saying.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            && text == uri.GetLeftPart(UriPartial.Authority);

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")]
    private static partial Regex HostName { get; }
}
