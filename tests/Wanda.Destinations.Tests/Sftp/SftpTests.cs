using Wanda.Destinations.Files;
using Wanda.Destinations.Sftp;
using Wanda.Destinations.Tests.Files;
using Wanda.Hosting;
using Wanda.Ipfs;
using Machine = Wanda.Custody.Machine;

namespace Wanda.Destinations.Tests.Sftp;

/// <summary>Against a real OpenSSH server with throwaway keys.</summary>
public sealed class SftpTests : FileStoreContract
{
    private SshServer _server = null!;

    private protected override DestinationOptions Options => new()
    {
        Name = "nas",
        Kind = "sftp",
        Url = $"sftp://127.0.0.1:{_server.Port}{Root}",
        User = Environment.UserName,
        KeyFile = _server.KeyFile,
        KnownHosts = _server.KnownHosts,
        Timeout = TimeSpan.FromSeconds(20),
    };

    private protected override IFileStore Open(DestinationOptions options) => new SftpStore(options, Time);

    protected override async Task StartAsync() => _server = await SshServer.StartAsync();

    protected override Task StopAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task A_host_whose_key_is_not_known_is_refused()
    {
        var hosts = Path.Combine(Root, "hosts");
        await File.WriteAllTextAsync(hosts, "");
        var down = await FailsAsync(Options with { KnownHosts = hosts });
        Assert.True(down.NeedsOperator);
        Assert.Contains("Host key verification failed", down.Message);
    }

    [Fact]
    public async Task A_key_that_the_server_does_not_know_is_refused()
    {
        var down = await FailsAsync(Options with { KeyFile = _server.ForeignKeyFile });
        Assert.True(down.NeedsOperator);
        Assert.Contains("Permission denied", down.Message);
    }

    [Fact]
    public async Task After_a_cut_it_connects_again()
    {
        using var store = new SftpStore(Options, Time);
        using (var volume = await store.OpenAsync(default))
            await volume.WriteAsync("a", stream => stream.WriteAsync(new byte[100]).AsTask(), default);
        await _server.CutAsync();
        await Assert.ThrowsAsync<FileStoreException>(async () =>
        {
            using var volume = await store.OpenAsync(default);
            await volume.ReadAsync("a", default);
        });
        await _server.UpAsync();
        using var again = await store.OpenAsync(default);
        await using var file = await again.ReadAsync("a", default);
        Assert.Equal(100, file!.Length);
    }

    [Fact]
    public async Task A_server_on_this_kernel_is_this_machine_whatever_its_address() =>
        Assert.Equal(Machine.This, await FoundAsync(Options));

    [SkippableTheory]
    [InlineData(null, Machine.Unknown)] // shut into a folder that shows no such file
    [InlineData("11111111-2222-4333-8444-555555555555", Machine.Other)] // stands for the file of another machine
    [InlineData("no id", Machine.Unknown)]
    public async Task A_server_that_shows_another_kernel_or_none(string? id, Machine machine)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "sshd shuts nobody into a folder unless it is root");
        var jail = Directory.CreateDirectory("/run/" + Path.GetRandomFileName()); // sshd wants it root's, up to the root
        try
        {
            if (id is not null)
            {
                foreach (var (path, text) in new[] { (KernelBoot.Path, id), (KernelBoot.Mounts, "22 27 0:21 / /proc rw - proc proc rw\n") })
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(jail.FullName + path)!);
                    await File.WriteAllTextAsync(jail.FullName + path, text);
                }
            }

            await _server.RestartAsync($"ChrootDirectory {jail.FullName}");
            Assert.Equal(machine, await FoundAsync(Options));
        }
        finally
        {
            jail.Delete(recursive: true);
        }
    }

    private async Task<Machine> FoundAsync(DestinationOptions options)
    {
        using var store = new SftpStore(options, Time);
        using var volume = await store.OpenAsync(default);
        return (await store.MachineAsync(volume, default)).Machine;
    }

    private async Task<FileStoreException> FailsAsync(DestinationOptions options)
    {
        using var store = new SftpStore(options, Time);
        return await Assert.ThrowsAsync<FileStoreException>(() => store.OpenAsync(default));
    }
}
