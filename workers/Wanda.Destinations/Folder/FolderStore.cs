using Files.Shared;
using Wanda.Custody;
using Wanda.Destinations.Files;
using Wanda.Hosting;

namespace Wanda.Destinations.Folder;

/// <summary>
/// A mounted folder: a NAS share, or a USB disk that may turn up under another path. On a disk of this machine its copies are proven like
/// any other and open no release (law 2); a share counts when the operator says that another machine serves it.
/// </summary>
internal sealed class FolderStore(DestinationOptions options) : IFileStore
{
    private const int MaxCandidates = 64;

    private string _found = options.Path!;

    public string Place => _found;

    public string Endpoint =>
        OperatingSystem.IsLinux() ? $"{_found}, past this machine's page cache" : $"{_found}, perhaps from this machine's page cache";

    public async Task<MachineJudgement> MachineAsync(IVolume volume, CancellationToken cancellationToken) => File.Exists(Mount.Table)
        ? FolderMachine.Judge(_found, ((FolderVolume)volume).Mount, await File.ReadAllLinesAsync(Mount.Table, cancellationToken))
        : new(Machine.Unknown, "is on a system that does not tell what is mounted");

    public async Task<bool> IsHereByAddressAsync(CancellationToken cancellationToken) =>
        await NetworkMount.ServerOfAsync(_found, cancellationToken) is not { } server
            || await ThisMachine.HasAsync(server, cancellationToken);

    public Flushes Flushes => Flushes.ByUs;

    public Guid? Kernel => null;

    public Task<IVolume> OpenAsync(CancellationToken cancellationToken)
    {
        var folders = FolderPattern.Matches(options.Path!).Take(MaxCandidates).ToList();
        var path = folders.FirstOrDefault(p => File.Exists(Path.Combine(p, StoreId.FileName)))
            // No folder has an id file: the first one is opened, and the error then names the folder and the missing file.
            ?? folders.FirstOrDefault()
            ?? throw new DestinationDownException($"{options.Path} is not there. Mount it.", destination: options.Name);
        var volume = new FolderVolume(path);
        _found = volume.RealPath; // a link on a share may lead to a disk of this machine
        return Task.FromResult<IVolume>(volume);
    }

    public void Dispose()
    {
    }
}
