using Wanda.PinningServer;

// Run by Support/ServerProcess.cs as a process of its own, so that it can be killed: data folder, token file, and a Kubo daemon's address
// if one is to keep the blocks. SERVER_LISTEN: another address than loopback, as in a network namespace. SERVER_NODES: names of more nodes,
// whose tokens are that one with their name behind it. SERVER_FORGETS: what is unpinned goes with the next collection.
// With a file, a block store and a server's address besides it is a node instead, that sends the file: see Support/LargeNode.cs.
if (args is ["node", ..])
    return await Wanda.PinningServer.Tests.Support.LargeNode.RunAsync(args[1], args[2], args[3], new Uri(args[4]));
if (args is not [var data, var tokenFile, .. var kubo])
    return 2;
var others = (Environment.GetEnvironmentVariable("SERVER_NODES") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
    .Select(n => new NodeOptions { Name = n, TokenSha256 = AccessToken.Hash(File.ReadAllText(tokenFile).Trim() + n) });
var options = new PinningServerOptions
{
    DataFolder = data,
    Listen = Environment.GetEnvironmentVariable("SERVER_LISTEN") ?? "127.0.0.1:0",
    MinFreeBytes = 0,
    Kubo = kubo.FirstOrDefault(),
    MaintainEvery = TimeSpan.FromSeconds(1),
    KeepUnpinned = kubo.Length > 0 || Environment.GetEnvironmentVariable("SERVER_FORGETS") is not null
        ? TimeSpan.Zero : TimeSpan.FromDays(7),
    Nodes = [new NodeOptions { Name = "dome", TokenFile = tokenFile, ReadsMetrics = true }, .. others],
};
await PinningServerHost.RunAsync(options, address => Console.WriteLine(address));
return 0;
