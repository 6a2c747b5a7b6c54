using Files.Shared;

namespace Wanda.Catalog.Tests;

public sealed class FileIdentityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-identity-").FullName;
    private readonly string _path;

    public FileIdentityTests() => File.WriteAllText(_path = Path.Combine(_folder, "frame"), "content");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_what_the_system_says_of_the_file()
    {
        var modified = new DateTime(2026, 11, 21, 3, 4, 5, DateTimeKind.Utc).AddTicks(1234567);
        File.SetLastWriteTimeUtc(_path, modified);
        var identity = FileIdentity.Of(_path)!.Value;
        Assert.Equal(7, identity.SizeBytes);
        Assert.Equal((modified - DateTime.UnixEpoch).Ticks * 100, identity.ModifiedNs);
        Assert.Equal(OperatingSystem.IsLinux(), identity.Inode != 0);
        Assert.Equal(identity, FileIdentity.Of(_path));
    }

    [Fact]
    public void Size_time_and_inode_each_tell_a_changed_file()
    {
        var before = FileIdentity.Of(_path)!.Value;
        File.SetLastWriteTimeUtc(_path, File.GetLastWriteTimeUtc(_path).AddTicks(1));
        Assert.NotEqual(before, FileIdentity.Of(_path));

        File.WriteAllText(_path, "contents");
        File.SetLastWriteTimeUtc(_path, DateTime.UnixEpoch.AddTicks(before.ModifiedNs / 100));
        Assert.NotEqual(before.SizeBytes, FileIdentity.Of(_path)!.Value.SizeBytes);

        // Replaced by a rename with size and time kept: only the inode tells.
        var other = Path.Combine(_folder, "other");
        File.Copy(_path, other);
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(_path));
        before = FileIdentity.Of(_path)!.Value;
        File.Move(other, _path, overwrite: true);
        var after = FileIdentity.Of(_path)!.Value;
        Assert.Equal((before.SizeBytes, before.ModifiedNs), (after.SizeBytes, after.ModifiedNs));
        Assert.Equal(OperatingSystem.IsLinux(), before != after);
    }

    [Fact]
    public void A_missing_file_and_a_folder_have_none()
    {
        Assert.Null(FileIdentity.Of(Path.Combine(_folder, "missing")));
        Assert.Null(FileIdentity.Of(Path.Combine(_path, "below-a-file")));
        Assert.Null(FileIdentity.Of(_folder));
    }

    [Fact]
    public void A_path_that_cannot_be_looked_at_is_an_error_and_not_a_missing_file()
    {
        // ENAMETOOLONG stands for every error but "not there"; a failing disk cannot be had here.
        if (OperatingSystem.IsLinux())
            Assert.Throws<IOException>(() => FileIdentity.Of(Path.Combine(_folder, new string('n', 300))));
    }
}
