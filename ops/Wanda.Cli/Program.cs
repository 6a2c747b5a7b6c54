using System.CommandLine;
using Wanda.Cli.Demo;
using Wanda.Cli.Join;
using Wanda.Cli.Server;
using Wanda.Cli.Up;
using Wanda.Cli.Verbs;

var config = new Option<string?>("--config")
{
    Description = "The configuration file. Default: $WANDA_CONFIG, ./wanda.json, /etc/wanda/wanda.json.",
    Recursive = true,
};
var options = new VerbOptions(config);
var root = new RootCommand("WANDA capture pipeline: frames from a telescope, safe somewhere else.")
{
    config,
    DemoCommand.Create(),
    UpCommand.Create(config),
    PinningServerCommand.Create(options),
    JoinCommand.Create(options),
    StatusVerb.Create(options),
    SourcesVerb.Create(options),
    WatchVerb.Create(options),
    ImportVerb.Create(options),
    AppVerbs.Create(options),
    CaptureVerbs.Create(options),
    SessionVerbs.Create(options),
    ReleaseVerb.Create(options),
    QueueVerbs.Create(options),
    DestinationVerbs.Create(options),
    StoreVerbs.Create(options),
    IpfsVerbs.Create(options),
    LoginVerb.Create(options),
    ClockVerb.Create(options),
};
return await Errors.RunAsync(root, args);
