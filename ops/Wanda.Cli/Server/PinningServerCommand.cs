using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;
using Wanda.Cli.Up;
using Wanda.Cli.Verbs;
using Wanda.PinningServer;

namespace Wanda.Cli.Server;

/// <summary><c>wanda pinning-server</c>: runs the server that a community keeps its nodes' frames on.</summary>
internal static class PinningServerCommand
{
    public static Command Create(VerbOptions options)
    {
        var data = new Option<string>("--data")
        {
            Description = "The folder for blocks, pins and names.",
            Required = true,
            Recursive = true,
        };
        var listen = new Option<string>("--listen")
        {
            Description = "Address and port. Beyond 127.0.0.1 it needs an invited node or --node, and TLS in front of it.",
            DefaultValueFactory = _ => "127.0.0.1:5180",
        };
        var operatorListen = new Option<string>("--operator-listen")
        {
            Description = "Address and port of the operator's pages and metrics, which want the token in operator.token of --data; none: "
                + "no pages.",
            DefaultValueFactory = _ => "127.0.0.1:5181",
        };
        var nodes = new Option<NodeOptions[]>("--node")
        {
            Description = "NAME=TOKENFILE: a node that may store here without an invite, and a file with its token. Repeat it for "
                + "each node.",
            CustomParser = argument => [.. argument.Tokens.Select(t => Node(argument, t.Value))],
        };
        var quota = ParsedOption.Size("--quota",
            "What each node of --node may keep. Default: what the disk has. Invited nodes have the quota of their invite.");
        var defaultQuota = ParsedOption.Size("--default-quota",
            "What each invited node may keep whose invite has no quota. Default: what the disk has.");
        var publicUrl = new Option<string?>("--public-url")
        {
            Description = "How the world reaches this server, as https://pin.example.org. Default: as it was asked.",
        };
        var proxies = new Option<string[]>("--trusted-proxy")
        {
            Description = "A proxy, or a network of them, as 10.0.0.0/8, whose X-Forwarded-For is believed. Repeat it for each. Default: "
                + "this machine.",
        };
        var reads = ParsedOption.Parsed(
            "--reads", "Who is served blocks and names: nodes (each reads all of it, by its CID), own (each reads what it has pinned "
                + "itself), public (anybody, without a token).", Reads.Nodes,
            (string text, out Reads who) => Enum.TryParse(text, ignoreCase: true, out who) && text.All(char.IsAsciiLetter),
            "nodes, own or public");
        reads.HelpName = "WHO";
        var publicReads = new Option<bool>("--public-reads") { Description = "The same as --reads public." };
        var kubo = new Option<string?>("--kubo")
        {
            Description = "The RPC of a Kubo daemon that keeps the blocks instead of --data, as http://127.0.0.1:5001, or its repository's "
                + "folder.",
        };
        var kuboToken = new Option<string?>("--kubo-token-file")
        {
            Description = "A file with the daemon's token: basic:USER:PASSWORD, bearer:SECRET, or a bearer's secret alone.",
        };
        var notify = new Option<string[]>("--notify")
        {
            Description = "How the operator is told of alerts: \"ntfy ADDRESS token-file=FILE\", \"webhook ADDRESS secret-file=FILE\", "
                + "\"mail smtp://USER@HOST password-file=FILE from=ADDRESS to=ADDRESS\", or file:FILE with one a line. Repeat it for each.",
            Recursive = true,
        };
        var certificate = new Option<string?>("--certificate-file")
        {
            Description = "The proxy's certificate (PEM), whose end is told. Default: the one that --public-url shows.",
        };
        var log = ParsedOption.Parsed(
            "--log", "What is logged: information (a line a request), warning or error.", LogLevel.Information,
            (string text, out LogLevel level) => Enum.TryParse(text, ignoreCase: true, out level) && text.All(char.IsAsciiLetter)
                && level is >= LogLevel.Information and <= LogLevel.Error,
            "information, warning or error");
        log.HelpName = "LEVEL";
        var untilStdinCloses = new Option<bool>("--until-stdin-closes")
        {
            Description = "Stop when standard input ends: for a program that runs this one.",
        };
        var command = new Command("pinning-server",
            "Run a pinning server: CAR upload, Pinning Service API, gateway, IPNS. Times are written hh:mm:ss, sizes 500MB or 2GB.")
        {
            data, listen, operatorListen, publicUrl, proxies, nodes, quota, defaultQuota, reads, publicReads, kubo, kuboToken, notify,
            certificate, log, untilStdinCloses, options.Json,
        };
        foreach (var flag in ServerFlag.All)
            command.Add(flag.Option);
        foreach (var verb in OperatorVerbs.Create(options, data))
            command.Add(verb);
        command.Add(NotifyVerb.Create(options, notify));
        command.SetAction(async (result, cancellationToken) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (result.GetValue(untilStdinCloses))
                _ = StopWithStdinAsync(stop);
            var server = ServerFlag.Apply(result, new PinningServerOptions
            {
                DataFolder = result.GetValue(data)!,
                Listen = result.GetValue(listen)!,
                OperatorListen = result.GetValue(operatorListen) is var at && at == "none" ? null : at,
                PublicUrl = result.GetValue(publicUrl),
                DefaultQuotaBytes = result.GetValue(defaultQuota)?.Bytes,
                Nodes = [.. (result.GetValue(nodes) ?? []).Select(n => n with { QuotaBytes = result.GetValue(quota)?.Bytes })],
                Reads = result.GetValue(publicReads) ? Reads.Public : result.GetValue(reads),
                Kubo = result.GetValue(kubo),
                KuboTokenFile = result.GetValue(kuboToken),
                Notify = result.GetValue(notify) ?? [],
                CertificateFile = result.GetValue(certificate),
            });
            if (result.GetValue(proxies) is { Length: > 0 } trusted)
                server = server with { TrustedProxies = trusted };
            string pages = "";
            try
            {
                await PinningServerHost.RunAsync(
                    server, address => Console.WriteLine($"Listening on {address.GetLeftPart(UriPartial.Authority)}{pages}"), stop.Token,
                    logging => UpCommand.Log(logging, result.GetValue(log)),
                    address => pages = $"\nThe operator's pages are on {address.GetLeftPart(UriPartial.Authority)}; the token is in "
                        + Path.Combine(server.DataFolder, "operator.token"));
            }
            catch (PinningServerOptionsException wrong)
            {
                throw ServerFlag.Named(wrong);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static NodeOptions Node(ArgumentResult argument, string text)
    {
        if (text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } file])
            return new NodeOptions { Name = name, TokenFile = file };
        argument.AddError($"--node {text}: write NAME=TOKENFILE, as dome-1=/etc/wanda/dome-1.token.");
        return new NodeOptions { Name = "" };
    }

    private static async Task StopWithStdinAsync(CancellationTokenSource stop)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer) > 0)
        {
            // Nothing is expected; the end is what matters: it comes even when the parent is killed.
        }

        await stop.CancelAsync();
    }
}
