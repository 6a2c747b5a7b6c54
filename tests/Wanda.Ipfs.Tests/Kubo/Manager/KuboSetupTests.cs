using System.Net.Sockets;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo.Manager;

/// <summary>What a killed daemon left is taken away before the next start, and nothing else.</summary>
public sealed class KuboSetupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Place => Path.Combine(_folder.Path, "rpc.sock");

    private string ApiFile => Path.Combine(_folder.Path, "kubo", "api");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_socket_on_which_nobody_listens_goes_with_the_address_that_leads_there()
    {
        // As after kill -9; .NET would unlink its name with the socket, and not under another.
        using (var daemon = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            daemon.Bind(new UnixDomainSocketEndPoint(Place + "1"));
            File.Move(Place + "1", Place);
        }

        Assert.True(File.Exists(Place));

        await WriteAsync();

        Assert.False(File.Exists(Place));
        Assert.False(File.Exists(ApiFile));
    }

    [SkippableFact]
    public async Task A_socket_on_which_somebody_listens_stays_also_when_he_is_silent()
    {
        using var daemon = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        daemon.Bind(new UnixDomainSocketEndPoint(Place));
        daemon.Listen();

        await WriteAsync();

        Assert.True(File.Exists(Place));
        Assert.True(File.Exists(ApiFile));
    }

    [SkippableFact]
    public async Task What_is_no_socket_stays()
    {
        File.WriteAllText(Place, "a frame");
        await WriteAsync();
        Assert.Equal("a frame", File.ReadAllText(Place));

        File.Delete(Place);
        Directory.CreateDirectory(Place);
        await WriteAsync();
        Assert.True(Directory.Exists(Place));

        Directory.Delete(Place);
        string notes = Path.Combine(_folder.Path, "notes");
        File.WriteAllText(notes, "mine");
        File.CreateSymbolicLink(Place, notes);
        await WriteAsync();
        Assert.Equal("mine", File.ReadAllText(Place));
    }

    private Task WriteAsync()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "what is a socket is told on Linux alone");
        string repository = Directory.CreateDirectory(Path.Combine(_folder.Path, "kubo")).FullName;
        File.WriteAllText(Path.Combine(repository, "config"), "{}");
        File.WriteAllText(ApiFile, $"/unix{Place}\n");
        return new KuboSetup(new()
        {
            Repository = repository,
            Configuration = KuboConfiguration.Private.With(new KuboSetting("Addresses.API", $"/unix{Place}")),
        }).WriteAsync();
    }
}
