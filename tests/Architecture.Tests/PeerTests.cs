namespace Architecture.Tests;

/// <summary>Where <c>Tests.Shared/Peers.cs</c> looks for servers of other makes.</summary>
public sealed class PeerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-peers-").FullName;
    private readonly string? _before = Environment.GetEnvironmentVariable("WANDA_PEERS");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("WANDA_PEERS", _before);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void One_that_is_nowhere_is_missing_only_where_a_folder_for_them_is_named()
    {
        Environment.SetEnvironmentVariable("WANDA_PEERS", null);
        Assert.NotNull(Peers.Find("dotnet")); // on PATH
        Assert.Null(Peers.Find("no-such-server"));

        Environment.SetEnvironmentVariable("WANDA_PEERS", _folder);
        Assert.Contains("no-such-server is neither on PATH nor in",
            Assert.Throws<FileNotFoundException>(() => Peers.Find("no-such-server")).Message);
        File.WriteAllText(Path.Combine(_folder, "no-such-server"), "");
        Assert.Equal(Path.Combine(_folder, "no-such-server"), Peers.Find("no-such-server"));
    }
}
