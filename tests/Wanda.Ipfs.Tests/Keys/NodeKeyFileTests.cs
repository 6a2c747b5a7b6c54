namespace Wanda.Ipfs.Tests.Keys;

public sealed class NodeKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-key-").FullName;

    private string KeyPath => Path.Combine(_folder, "keys", "node.key");

    [Fact]
    public void What_was_saved_is_loaded()
    {
        var key = NodeKey.Generate();

        NodeKeyFile.Save(key, KeyPath);

        Assert.Equal(key.PeerId, NodeKeyFile.Load(KeyPath).PeerId);
        Assert.Equal([KeyPath], Directory.GetFileSystemEntries(Path.GetDirectoryName(KeyPath)!));
    }

    [Fact]
    public void Only_the_owner_may_read_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        NodeKeyFile.Save(NodeKey.Generate(), KeyPath);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_key_that_others_can_reach_is_refused_with_the_command_that_mends_it(UnixFileMode leak)
    {
        if (OperatingSystem.IsWindows())
            return;
        NodeKeyFile.Save(NodeKey.Generate(), KeyPath);
        File.SetUnixFileMode(KeyPath, File.GetUnixFileMode(KeyPath) | leak);

        var refusal = Assert.Throws<KeyFilePermissionException>(() => NodeKeyFile.Load(KeyPath));

        Assert.Contains($"chmod 600 '{KeyPath}'", refusal.Message);
    }

    [Fact]
    public void A_key_is_never_overwritten()
    {
        var first = NodeKey.Generate();
        NodeKeyFile.Save(first, KeyPath);

        Assert.Throws<IOException>(() => NodeKeyFile.Save(NodeKey.Generate(), KeyPath));

        Assert.Equal(first.PeerId, NodeKeyFile.Load(KeyPath).PeerId);
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(KeyPath)!));
    }

    [Fact]
    public async Task Everyone_who_starts_at_once_gets_the_same_key()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => NodeKeyFile.LoadOrCreate(KeyPath))));

        Assert.Single(keys.Select(k => k.PeerId).Distinct());
    }

    [Fact]
    public void A_damaged_file_says_which_and_what_to_do()
    {
        NodeKeyFile.Save(NodeKey.Generate(), KeyPath);
        using (var file = File.OpenWrite(KeyPath))
            file.SetLength(20);

        var refusal = Assert.Throws<KeyFormatException>(() => NodeKeyFile.Load(KeyPath));

        Assert.Contains(KeyPath, refusal.Message);
        Assert.Contains("backup", refusal.Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
