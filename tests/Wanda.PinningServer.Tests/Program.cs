using Wanda.PinningServer;

// Run by Support/ServerProcess.cs as a process of its own, so that it can be killed: data folder, token file, listen address. By hand, with
// "compliance" behind them, for the Pinning Service compliance suite.
if (args is not [var data, var tokenFile, var listen, .. var mode])
{
    return 2;
}
var options = new PinningServerOptions
{
    DataFolder = data,
    Listen = listen,
    MinFreeBytes = 0,
    ComplianceTestMode = mode is ["compliance"],
    Nodes = [new NodeOptions { Name = "dome", TokenFile = tokenFile }],
};
await PinningServerHost.RunAsync(options, address => Console.WriteLine(address));
return 0;
