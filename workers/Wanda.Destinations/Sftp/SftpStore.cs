using Wanda.Custody;
using Wanda.Destinations.Files;
using Wanda.Destinations.Machines;
using Wanda.Hosting;
using Wanda.Ipfs;

namespace Wanda.Destinations.Sftp;

/// <summary>A folder on an SFTP server. One connection is kept as long as it works.</summary>
internal sealed class SftpStore(DestinationOptions options, TimeProvider time) : IFileStore
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Uri _url = new(options.Url);
    private SftpSession? _session;
    private (SftpSession Session, MachineJudgement Found)? _told;

    // What a server reads for us may come from its memory: no protocol tells.
    public string Place => options.Url;

    public string Endpoint => $"{options.Url}, as its server reads it";

    // Below the home of the user when it is written as "/~/...".
    private string Root =>
        Uri.UnescapeDataString(_url.AbsolutePath.StartsWith("/~/", StringComparison.Ordinal) ? _url.AbsolutePath[3..] : _url.AbsolutePath)
            .TrimEnd('/');

    // Asked once a connection: another one may lead to another machine.
    public async Task<MachineJudgement> MachineAsync(IVolume volume, CancellationToken cancellationToken)
    {
        if (_session is not { } session || _told?.Session != session)
        {
            Kernel = await ((SftpVolume)volume).KernelAsync(cancellationToken);
            _told = (_session!, KernelTold.ById(Kernel, KernelBoot.Id));
        }

        return _told.Value.Found;
    }

    public Task<bool> IsHereByAddressAsync(CancellationToken cancellationToken) => ThisMachine.HasAsync(_url.Host, cancellationToken);

    public Guid? Kernel { get; private set; }

    // A server that cannot be asked to put a file on its disk is refused: see SftpSession.
    public Flushes Flushes => Flushes.ByUs;

    public async Task<IVolume> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_session is null or { IsBroken: true })
            {
                _session?.Dispose();
                _session = null;
                _session = await SftpSession.OpenAsync(options, time, cancellationToken);
            }

            return new SftpVolume(_session, Root);
        }
        finally
        {
            _opening.Release();
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _opening.Dispose();
    }
}
