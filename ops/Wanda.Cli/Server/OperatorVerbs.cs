using System.CommandLine;
using Wanda.Cli.Verbs;
using Wanda.Ops;
using Wanda.PinningServer;

namespace Wanda.Cli.Server;

/// <summary>What the operator of a pinning server does about its nodes, beside the running server or with none running.</summary>
internal static class OperatorVerbs
{
    private delegate Task<int> ServerAction(
        ParseResult result, PinningServerOperator server, Output output, CancellationToken cancellationToken);

    // For the log.
    private static string By => $"{Environment.UserName}@{Environment.MachineName}";

    public static IEnumerable<Command> Create(VerbOptions options, Option<string> data)
    {
        var node = new Argument<string>("NODE") { Description = "The node's name." };
        var quota = ParsedOption.Size("--quota", "What it may keep here, as 2TB. Default: the server's --default-quota.");
        var validDays = new Option<double>("--valid-days")
        {
            Description = "How long the invite can be used.",
            DefaultValueFactory = _ => 7,
        };
        var tokenDays = new Option<double?>("--token-days")
        {
            Description = "How long the node's token is good. Default: until it is revoked.",
        };
        var replace = new Option<bool>("--replace")
        {
            Description = "The node is known here, and gets a new token for what it has: the old one ends when it joins again.",
        };
        var addOnly = new Option<bool>("--add-only") { Description = "It may add and read, and remove nothing." };
        var only = new Option<string?>("--node") { Description = "Only this node's." };
        var limit = new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 100 };
        var broken = new Option<bool>("--broken") { Description = "Only those that were pinned here and lost bytes." };
        var unpinned = new Option<bool>("--unpinned") { Description = "Only those that their node ended and that are kept still." };
        var pin = new Argument<string>("REQUESTID") { Description = "The pin's id; 'pins' lists them." };
        var some = new Argument<string?>("REQUESTID")
        {
            Description = "The pin's id; 'pins --unpinned' lists them.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var days = new Option<double>("--days") { Description = "With --node: ended in so many days.", DefaultValueFactory = _ => 1 };
        var reason = new Option<string>("--reason") { Description = "Why; the log keeps it, and the node is told.", Required = true };
        return
        [
            Verb("invite", "Invite a node, or with --replace give one that is here a new token: prints a code for 'wanda join', good once. "
                + "It ends the node's other open invites.",
                async (result, server, output, cancellationToken) =>
                {
                    var invitation = new Invitation(result.GetValue(node)!)
                    {
                        QuotaBytes = result.GetValue(quota)?.Bytes,
                        TokenExpires = result.GetValue(tokenDays) is { } days ? TimeProvider.System.GetUtcNow().AddDays(days) : null,
                        Replace = result.GetValue(replace),
                        AddOnly = result.GetValue(addOnly),
                        ValidFor = TimeSpan.FromDays(result.GetValue(validDays)),
                    };
                    var code = await server.InviteAsync(invitation, cancellationToken);
                    output.Write(new InviteView(code, invitation.Node, invitation.QuotaBytes,
                        TimeProvider.System.GetUtcNow() + invitation.ValidFor, invitation.Replace, invitation.AddOnly),
                        OperatorTables.Invite);
                    return ExitCodes.Done;
                }, node, quota, validDays, tokenDays, replace, addOnly),
            Verb("nodes", "List the nodes: what they keep, their quota, when they were last heard of, their token and open invite.",
                async (_, server, output, cancellationToken) =>
                {
                    output.Write(await server.NodesAsync(cancellationToken), OperatorTables.Nodes);
                    return ExitCodes.Done;
                }),
            Verb("revoke", "End a node's token and its open invites. What it keeps here is kept.",
                async (result, server, _, cancellationToken) =>
                {
                    var name = result.GetValue(node)!;
                    if (await server.RevokeAsync(name, cancellationToken))
                        return ExitCodes.Done;
                    await Console.Error.WriteLineAsync(
                        $"wanda: no node {name} has a token by an invite. An open invite for it is ended; one that was given by --node "
                            + "ends when that is taken off the command line.");
                    return ExitCodes.NotDone;
                }, node),
            Verb("remove", "End a node's token, its open invites and all its pins, which are kept for the server's --keep-unpinned still.",
                async (result, server, _, cancellationToken) =>
                {
                    var name = result.GetValue(node)!;
                    int pins = await server.RemoveAsync(name, By, cancellationToken)
                        ?? throw new OpsException($"No node {name} is known here: 'wanda pinning-server nodes' lists them.");
                    await Console.Out.WriteLineAsync($"{name} is removed. Its {pins} pins are kept for the server's --keep-unpinned still: "
                        + $"'restore --node {name}' gives them back.");
                    return ExitCodes.Done;
                }, node),
            Verb("pins", "List the pins, newest first.", async (result, server, output, cancellationToken) =>
            {
                var pins = result.GetValue(unpinned)
                    ? await server.UnpinnedAsync(result.GetValue(only), result.GetValue(limit), cancellationToken)
                    : await server.PinsAsync(
                        result.GetValue(only), result.GetValue(broken), result.GetValue(limit), cancellationToken: cancellationToken);
                output.Write(pins, OperatorTables.Pins);
                return ExitCodes.Done;
            }, broken, unpinned, only, limit),
            Verb("restore", "Give a pin that its node ended back to it, or all that a node ended in the last days.",
                async (result, server, _, cancellationToken) =>
                {
                    await Console.Out.WriteLineAsync(await RestoreAsync(server, result.GetValue(some), result.GetValue(only),
                        result.GetValue(days), cancellationToken));
                    return ExitCodes.Done;
                }, some, only, days),
            Verb("unpin", "Drop a pin for good. Its node is told when it next asks for a proof, and sends the frame again if it has it: "
                + "revoke it first if it should not.",
                async (result, server, output, cancellationToken) =>
                {
                    var id = result.GetValue(pin)!;
                    if (await server.UnpinAsync(id, By, result.GetValue(reason)!,
                        cancellationToken) is not { } dropped)
                    {
                        throw new OpsException($"There is no pin {id} here: 'wanda pinning-server pins' lists them.");
                    }

                    output.Write(dropped, OperatorTables.Dropped);
                    return ExitCodes.Done;
                }, pin, reason),
            Verb("log", "Who was invited, joined, got a new token, was revoked or removed, pinned and unpinned what, what was dropped and "
                + "why, newest first.",
                async (result, server, output, cancellationToken) =>
                {
                    output.Write(
                        await server.AuditAsync(result.GetValue(only), result.GetValue(limit), cancellationToken: cancellationToken),
                        OperatorTables.Log);
                    return ExitCodes.Done;
                }, only, limit),
        ];

        static async Task<string> RestoreAsync(
            PinningServerOperator server, string? id, string? node, double days, CancellationToken cancellationToken)
        {
            if (id is null == node is null)
                throw new OpsException("Say which: the id of a pin, or --node for all that a node ended.");
            if (node is not null)
            {
                int count = await server.RestoreAllAsync(node, TimeProvider.System.GetUtcNow().AddDays(-days), cancellationToken);
                return $"{count} pins of {node} stand again.";
            }

            return await server.RestoreAsync(id!, cancellationToken) is { } pin
                ? $"{pin.Frame ?? pin.Cid} of {pin.Node} stands again."
                : throw new OpsException($"There is no pin {id} that its node ended: 'wanda pinning-server pins --unpinned' lists them.");
        }

        Command Verb(string name, string description, ServerAction action, params Symbol[] symbols)
        {
            var command = Verbs.Verb.Of(name, description, symbols);
            command.SetAction(async (result, cancellationToken) =>
            {
                await using var server = await PinningServerOperator.OpenAsync(result.GetValue(data)!,
                    TimeProvider.System, cancellationToken);
                try
                {
                    return await action(result, server, new Output(result.GetValue(options.Json)), cancellationToken);
                }
                catch (Exception e) when (e is ArgumentException or FormatException)
                {
                    throw new OpsException(e.Message, e);
                }
            });
            return command;
        }
    }
}
