using System.Net.Sockets;
using System.Text;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.Kubo;

/// <summary>An address as operators have it, and what it leads to.</summary>
public sealed class KuboAddressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1:5001", "http://127.0.0.1:5001/")]
    [InlineData("https://hub.example/kubo", "https://hub.example/kubo/")]
    [InlineData("/ip4/127.0.0.1/tcp/5001", "http://127.0.0.1:5001/")]
    [InlineData("/ip4/10.0.0.2/tcp/5001/http", "http://10.0.0.2:5001/")]
    [InlineData("/ip6/::1/tcp/5001", "http://[::1]:5001/")]
    [InlineData("/dns4/hub.example/tcp/443/https", "https://hub.example/")]
    public void A_URL_and_a_multiaddress_lead_to_the_same(string address, string url)
    {
        Assert.True(KuboAddress.IsValid(address, out _));
        Assert.Equal(url, KuboAddress.Endpoint(address).Address.AbsoluteUri);
    }

    [Theory]
    [InlineData("127.0.0.1:5001")]
    [InlineData("ftp://hub.example")]
    [InlineData("http://pi:s3cret@hub.example:5001")]
    [InlineData("http://hub.example:5001?a=b")]
    [InlineData("unix:rpc.sock")]
    [InlineData("")]
    public void Anything_else_is_refused_and_not_repeated(string address)
    {
        Assert.False(KuboAddress.IsValid(address, out string? problem));
        Assert.DoesNotContain("s3cret", problem);
        Assert.Throws<ArgumentException>(() => KuboAddress.Endpoint(address));
    }

    [Theory]
    [InlineData("s3cret", "Bearer", "s3cret")]
    [InlineData("bearer:s3:cret", "Bearer", "s3:cret")]
    [InlineData("basic:pi:s3:cret", "Basic", "cGk6czM6Y3JldA==")]
    public void A_token_is_written_as_Kubo_writes_it(string token, string scheme, string parameter)
    {
        var header = KuboAddress.Endpoint("http://127.0.0.1:5001", token).Authorization!;

        Assert.Equal((scheme, parameter), (header.Scheme, header.Parameter));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_socket_is_spoken_with_and_so_is_what_a_repository_names(bool byRepository)
    {
        string path = Path.Combine(_folder.Path, "rpc.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var answering = AnswerAsync(listener);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "api"), $"/unix{path}\n");
        using var client = new KuboClient(KuboAddress.Endpoint(byRepository ? _folder.Path : $"unix:{path}"), TimeProvider.System);

        Assert.Equal("0.43.1", await client.VersionAsync());
        await answering;
    }

    [Fact]
    public async Task A_repository_on_which_nothing_runs_is_no_daemon_and_is_named()
    {
        using var client = new KuboClient(
            KuboAddress.Endpoint(_folder.Path) with { Tries = 1 }, TimeProvider.System);

        var e = await Assert.ThrowsAsync<RemoteException>(() => client.VersionAsync());

        Assert.Equal((RemoteFailure.Unavailable, KuboAnswer.Down), (e.Failure, KuboAnswers.Of(e)));
        Assert.Contains($"no daemon runs on the repository {_folder.Path}", e.ToString());
    }

    private static async Task AnswerAsync(Socket listener)
    {
        using var connection = await listener.AcceptAsync();
        await connection.ReceiveAsync(new byte[4096]);
        await connection.SendAsync(Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{\"Version\":\"0.43.1\"}"));
    }
}
