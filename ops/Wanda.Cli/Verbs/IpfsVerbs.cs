using System.CommandLine;
using Spectre.Console;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Ops;
using Wanda.Workers.IpfsAdd;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda ipfs</c>: the Kubo beside the node, without knowing its own command line.</summary>
internal static class IpfsVerbs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Until it names the first block it looks at all that is pinned.
    private static readonly TimeSpan Collecting = TimeSpan.FromMinutes(10);

    public static Command Create(VerbOptions options) => Verb.Group(options, "ipfs", "The Kubo beside the node.",
        Verb.Create(options, "status", "How it is: version, addresses, peers, repository, pins. Ends with exit code 1 while something is "
            + "wrong, or it does not answer.", async (_, node, output, cancellationToken) =>
        {
            var view = await node.Get<IpfsQuery>().ReadAsync(cancellationToken);
            output.Write(view, Show);
            return view.Severity >= Severity.Waiting || !view.IsReady ? ExitCodes.NotDone : ExitCodes.Done;
        }),
        Plain(options, "peers", "Whom it is connected to.", async (kubo, output, cancellationToken) =>
        {
            var peers = await kubo.Swarm.PeersAsync(cancellationToken);
            output.Write(peers, (console, all) =>
            {
                foreach (var peer in all)
                    console.WriteLine($"{peer.Id}  {peer.Address}");
                console.WriteLine(all.Count == 0 ? "It is connected to nobody." : $"{all.Count:N0} connections.");
            });
        }),
        Plain(options, "pins", "What it keeps, and under which names.", async (kubo, output, cancellationToken) =>
        {
            var pins = new List<KuboPin>();
            await foreach (var pin in kubo.Pins.ListAsync(cancellationToken: cancellationToken))
                pins.Add(pin);
            output.Write(pins.Select(p => new { cid = p.Cid.ToString(), p.Mode, p.Name }).ToList(), (console, all) =>
            {
                foreach (var pin in all)
                    console.WriteLine($"{pin.cid}  {pin.Mode.ToString().ToLowerInvariant()}{(pin.Name is { } name ? $"  {name}" : "")}");
                console.WriteLine($"{all.Count:N0} pins.");
            });
        }),
        Collect(options), Install(options), Configure(options));

    /// <summary>A verb that asks the daemon, whether the node ever ran or not.</summary>
    private static Command Plain(
        VerbOptions options, string name, string description, Func<KuboClient, Output, CancellationToken, Task> action)
    {
        var command = new Command(name, description);
        command.SetAction(async (result, cancellationToken) =>
        {
            var node = NodeAccess.Configuration(result.GetValue(options.Config), result.GetValue(options.Data));
            using var kubo = Open(node, Patience);
            await action(kubo, new Output(result.GetValue(options.Json)), cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Collect(VerbOptions options)
    {
        var yes = new Option<bool>("--yes") { Description = "Also where others use it: what they did not pin goes as well." };
        var command = new Command("gc", "Remove what no pin keeps.") { yes };
        command.SetAction(async (result, cancellationToken) =>
        {
            var node = NodeAccess.Configuration(result.GetValue(options.Config), result.GetValue(options.Data));
            using var kubo = Open(node, Collecting);
            if (!node.Ipfs.Kubo.IsOurs && !result.GetValue(yes))
            {
                throw new OpsException("Others use this Kubo (ipfs.kubo.shared), and what they did not pin would go as well. Say --yes if "
                    + "that is meant.");
            }

            var before = await kubo.Repo.SizeAsync(cancellationToken);
            var removed = await kubo.Repo.CollectAsync(cancellationToken);
            var freed = Math.Max(0, before - await kubo.Repo.SizeAsync(cancellationToken));
            new Output(result.GetValue(options.Json)).Write(new { removed, freed }, (console, said) =>
                console.WriteLine($"{said.removed:N0} blocks removed, {new ByteSize(said.freed)} freed."));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Install(VerbOptions options)
    {
        var from = new Option<string?>("--from")
        {
            Description = "An archive that lies here, as kubo_v0.43.1_linux-arm64.tar.gz, with its .sha512 beside it or --sha512.",
        };
        var hash = new Option<string?>("--sha512") { Description = "The archive's SHA-512 as you know it: 128 hex digits." };
        var version = new Option<string?>("--version") { Description = "Which one is fetched, as 0.43.1. Default: the newest." };
        var site = new Option<string?>("--site")
        {
            Description = "Where it is fetched, in the layout of Kubo's own site, dist.ipfs.tech, which is the default.",
        };
        var command = new Command("install", "Install Kubo's program for this node: fetched, or from a file. Nothing is unpacked before "
            + "its SHA-512 is right.") { from, hash, version, site };
        command.SetAction(async (result, cancellationToken) =>
        {
            var node = NodeAccess.Configuration(result.GetValue(options.Config), result.GetValue(options.Data));
            var installed = new KuboInstallerOptions { Program = ManagedKubo.OptionsOf(node).InstalledProgram };
            var installer = new KuboInstaller(result.GetValue(site) is { } other ? installed with { Site = SiteOf(other) } : installed);
            var program = result.GetValue(from) is { } file
                ? await installer.FromAsync(Path.GetFullPath(file), result.GetValue(hash), cancellationToken)
                : await installer.FetchAsync(result.GetValue(version), result.GetValue(hash), cancellationToken);
            new Output(result.GetValue(options.Json)).Write(new { program.Path, Version = program.Text }, (console, said) =>
            {
                console.WriteLine($"Kubo {said.Version} is installed: {said.Path}");
                if (!node.Ipfs.Kubo.Manage)
                    console.WriteLine("Have the node run it: \"ipfs\": { \"kubo\": { \"manage\": true } } in wanda.json.");
                else
                    console.WriteLine("A node that runs uses it from the daemon's next start on.");
            });
            return ExitCodes.Done;
        });
        return command;
    }

    private static Uri SiteOf(string written) =>
        Uri.TryCreate(written.TrimEnd('/') + '/', UriKind.Absolute, out var site) && site.Scheme is "http" or "https"
            ? site
            : throw new OpsException($"--site: '{written}' is no address. Write it whole, as https://dist.ipfs.tech.");

    private static Command Configure(VerbOptions options)
    {
        var write = new Option<bool>("--write") { Description = "Write it now; else the node does at the daemon's next start." };
        var command = new Command("config", "What is changed in Kubo's configuration before its next start.") { write };
        command.SetAction(async (result, cancellationToken) =>
        {
            var node = NodeAccess.Configuration(result.GetValue(options.Config), result.GetValue(options.Data));
            if (!node.Ipfs.Kubo.Manage)
                throw new OpsException("The node runs no Kubo, and another's is not configured from here. Write ipfs.kubo.manage: true.");
            var setup = new KuboSetup(ManagedKubo.OptionsOf(node));
            var isNew = !setup.Exists;
            IReadOnlyList<KuboChange> changes = isNew ? [] : setup.Compare();
            var isWritten = result.GetValue(write);
            if (isWritten)
                await setup.WriteAsync(cancellationToken);
            new Output(result.GetValue(options.Json)).Write(new { isNew, isWritten, changes }, (console, said) =>
            {
                foreach (var change in said.changes)
                    console.WriteLine($"{change.Key}: {change.Now ?? "(not set)"} -> {change.Then ?? "(taken out)"}");
                console.WriteLine((said.isNew, said.isWritten, said.changes.Count) switch
                {
                    (true, false, _) => "There is no repository yet: the node makes it, with its configuration, at the first start.",
                    (true, true, _) => "The repository is made, with its configuration.",
                    (_, _, 0) => "Kubo's configuration is as it should be.",
                    (_, true, _) => "Written. The daemon reads it at its next start: a node that runs has to be started again.",
                    _ => "Not written yet: the node writes it before the daemon's next start, or --write does now.",
                });
            });
            return ExitCodes.Done;
        });
        return command;
    }

    private static KuboClient Open(WandaOptions node, TimeSpan patience) => KuboAccess.Open(node, patience, TimeProvider.System)
        ?? throw new OpsException("No Kubo is used: write ipfs.kubo.manage or ipfs.kubo.url in wanda.json.");

    private static void Show(IAnsiConsole console, IpfsView view)
    {
        console.WriteLine(view.Sentence, Styles.Of(view.Severity));
        if (view.Phase is { } phase)
            console.WriteLine($"state       {phase}{(view.ProcessId is { } id ? $", process {id}" : "")}");
        if (view.Waiting is { } waiting)
            console.WriteLine($"waiting     {waiting:N0} to be handed over");
        if (view.Facts is not { } facts)
            return;
        console.WriteLine($"version     {facts.Version}");
        console.WriteLine($"peer id     {facts.PeerId}");
        var limit = view.MaxBytes is { } most ? $" of {new ByteSize(most)}" : "";
        console.WriteLine(
            $"repository  {new ByteSize(facts.RepositoryBytes)}{limit}{(facts.Repository is { } folder ? $", {folder}" : "")}");
        console.WriteLine($"pins        {(facts.Pins is { } pins ? $"{pins:N0}" : "not counted in time")}");
        console.WriteLine($"peers       {facts.Peers.Count:N0}");
        foreach (var address in facts.Addresses)
            console.WriteLine($"address     {address}");
    }
}
