using System.Diagnostics;
using System.Text;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Ops.Tests.Sessions;

/// <summary>Files come back under the bytes that their program named them with, and nowhere else than below the folder.</summary>
public sealed class FetchedNamesTests : IAsyncLifetime
{
    private readonly string _outside = Directory.CreateTempSubdirectory("wanda-names-").FullName;
    private TestNode _node = null!;

    private string Folder => Path.Combine(_outside, "night");

    public async Task InitializeAsync()
    {
        _node = await TestNode.CreateAsync();
        Directory.CreateDirectory(Folder);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await RunAsync("rm", "-rf", _outside); // .NET finds no name that is no text
    }

    [Fact]
    public async Task Names_come_back_as_bytes_with_their_folders()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 40));
        (string? Folder, byte[] Name)[] names =
        [
            (null, [0x70, 0xe9, .. ".fits"u8]), (null, [.. "M 31\\LIGHT\\Ha_0001.fits"u8]), (null, [.. "a\nb.fits"u8]),
            ("L", [.. "Light_001.fits"u8]), ("R", [.. "Light_001.fits"u8]), (deep, [.. "x.fits"u8]), (null, [.. "journal.jsonl"u8]),
            (null, [.. "metadata.json"u8]), (null, [.. "Case.fits"u8]), (null, [.. "case.FITS"u8]), ("L/.wanda", [.. "b.wanda-tmp"u8]),
            (null, Encoding.UTF8.GetBytes(new string('n', 250) + ".fits")), (null, [.. "-rf"u8]),
        ];
        var saved = new Dictionary<string, string>();
        foreach (var (folder, name) in names)
        {
            var path = Latin(folder is null ? name : [.. Encoding.UTF8.GetBytes(folder + "/"), .. name]);
            saved[path] = (await SaveAsync(folder, name)).Sha256;
        }

        Assert.Empty((await FetchAsync()).Missing);
        var found = await FoundAsync();
        Assert.True(found.Remove("metadata~2.json")); // ours, which stands back
        Assert.Equal(saved.OrderBy(s => s.Key, StringComparer.Ordinal), found.OrderBy(s => s.Key, StringComparer.Ordinal));
        Assert.Equal(names.Length, (await FetchAsync()).AlreadyThere);
    }

    [Fact]
    public async Task A_name_that_came_again_is_numbered_and_stays_in_its_length()
    {
        var longest = Encoding.UTF8.GetBytes(new string('é', 125) + ".fits");
        var first = await SaveAsync("L", [.. "a.fits"u8]);
        var second = await SaveAsync("L", [.. "a.fits"u8]);
        var below = await SaveAsync("L/a.fits", [.. "b"u8]); // a folder of that name
        var (longOne, longTwo) = (await SaveAsync(null, longest), await SaveAsync(null, longest));
        Assert.Empty((await FetchAsync()).Missing);
        var found = await FoundAsync();
        Assert.Equal((first.Sha256, second.Sha256, below.Sha256), (found["L/a~2.fits"], found["L/a~3.fits"], found["L/a.fits/b"]));
        Assert.Equal(longOne.Sha256, found[Latin(longest)]);
        Assert.Equal(longTwo.Sha256, found[Latin(Encoding.UTF8.GetBytes(new string('é', 124) + "~2.fits"))]);
    }

    [Fact]
    public async Task No_name_leads_out_of_the_folder()
    {
        foreach (var (folder, name) in new[] { ("../..", "up.fits"), ("..", ".."), ("/etc", "passwd"), ("a/./b//c", ".") })
            await SaveAsync(folder, Encoding.UTF8.GetBytes(name));
        Assert.Empty((await FetchAsync()).Missing);
        Assert.Equal(["night"], Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName));
        Assert.Equal(["_/_/up.fits", "_/_~2", "a/_/b/c/_", "etc/passwd", "metadata.json"],
            (await FoundAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_link_is_followed_and_nothing_that_is_no_file_is_read()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_outside, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(Folder, "L"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(Folder, "b.fits"), Path.Combine(elsewhere, "b.fits"));
        Directory.CreateDirectory(Path.Combine(Folder, "c.fits"));
        await RunAsync("mkfifo", "d.fits");
        await SaveAsync("L", [.. "a.fits"u8]);
        foreach (var name in new[] { "b.fits", "c.fits", "d.fits", "e.fits" })
            await SaveAsync(null, Encoding.UTF8.GetBytes(name));
        var report = await FetchAsync();
        Assert.Equal(["L/a.fits", "b.fits", "c.fits", "d.fits"], report.Missing.Select(m => m.File));
        Assert.Equal(1, report.FromHere);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
    }

    private Task<FetchReport> FetchAsync() => _node.Get<SessionFetch>().RunAsync("m42", Folder, null, default);

    private Task<CaptureRecord> SaveAsync(string? folder, byte[] name)
    {
        var bytes = Guid.NewGuid().ToByteArray();
        return _node.SaveAsync(bytes: bytes, original: new RawName(name), folder: folder is null ? null : RawName.FromText(folder));
    }

    /// <summary>The files below the folder, their names' bytes as Latin-1, with their SHA-256; .NET's own listing loses bytes.</summary>
    private async Task<Dictionary<string, string>> FoundAsync()
    {
        var listed = Encoding.Latin1.GetString(await RunAsync("find", ".", "-type", "f", "-exec", "sha256sum", "-z", "{}", "+"));
        return listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).ToDictionary(line => line[68..], line => line[..64]);
    }

    private async Task<byte[]> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = Folder })!;
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }

    private static string Latin(byte[] path) => Encoding.Latin1.GetString(path);
}
