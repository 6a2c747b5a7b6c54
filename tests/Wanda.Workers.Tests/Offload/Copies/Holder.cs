using Wanda.Destinations.Tests.Sftp;
using Wanda.Hosting;
using Wanda.Workers.Tests.Faults.LyingPinners;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload.Copies;

/// <summary>A destination of any kind that can be read from: the real thing where it runs here, a stand-in where it does not.</summary>
internal sealed class Holder : IAsyncDisposable
{
    private IAsyncDisposable? _service;
    private DirectoryInfo? _folder;

    public static TheoryData<string> Kinds => ["wanda", "kubo", "pinata", "pinning-service", "folder", "sftp"];

    /// <summary>It, as a node's one destination.</summary>
    public DestinationOptions Options { get; private set; } = null!;

    /// <summary>Whether it gets an id file before it is used.</summary>
    public bool IsPrepared => _folder is not null;

    public static async Task<Holder> StartAsync(string kind)
    {
        var holder = new Holder();
        switch (kind)
        {
            case "wanda":
                var server = await RealServer.StartAsync();
                (holder._service, holder.Options) = (server, new() { Url = server.Address.ToString(), Token = server.Token });
                break;
            case "folder":
                holder._folder = Directory.CreateTempSubdirectory("wanda-disk-");
                holder.Options = new() { Kind = kind, Path = holder._folder.FullName, FailureDomain = "disk" };
                break;
            case "sftp":
                holder._folder = Directory.CreateTempSubdirectory("wanda-nas-");
                var ssh = await SshServer.StartAsync();
                holder._service = ssh;
                holder.Options = new()
                {
                    Kind = kind,
                    Url = $"sftp://127.0.0.1:{ssh.Port}{holder._folder.FullName}",
                    User = Environment.UserName,
                    KeyFile = ssh.KeyFile,
                    KnownHosts = ssh.KnownHosts,
                };
                break;
            default:
                var pinner = await Pinner.StartAsync(kind);
                (holder._service, holder.Options) = (pinner, pinner.Options);
                break;
        }

        holder.Options = holder.Options with
        {
            Name = TestNode.Destination,
            FailureDomain = holder.Options.FailureDomain ?? "elsewhere",
        };
        return holder;
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        _folder?.Delete(recursive: true);
    }
}
