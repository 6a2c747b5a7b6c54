using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Imaging.Fits;

namespace Wanda.EndToEnd.Tests;

/// <summary>
/// A folder that is emptied by proof, beside a program that writes into it: what was there before stays, pictures that come go once the
/// server has proven them, and each comes back from there as it was.
/// </summary>
[Trait("Rerun", "Never")]
public sealed class AdoptNightTests : IDisposable
{
    private const int Nobody = 65534, Camera = 65533;
    private const int All = 0x1ff, OwnersAlone = 0x1ed; // 777, 755
    private readonly Night _night = new();
    private readonly ConcurrentDictionary<string, string> _written = new();

    private string Watched => _night.Inside("watched");

    public void Dispose() => _night.Dispose();

    [Fact]
    public async Task The_folder_ends_with_what_was_there_before_and_with_metadata()
    {
        await WriteAsync("before.fits");
        await using (var node = WandaProcess.Start(Demo()))
            await NightAsync();
        Assert.Equal(["M31/session_metadata.json", "before.fits"], Names());
        await AssertComesBackAsync();
    }

    /// <summary>
    /// As on a Pi where the camera's program and the node are different users: without a lease, and only where the folder lets the node
    /// remove. Where it does not, that is said, and the rest goes.
    /// </summary>
    [SkippableFact]
    public async Task A_node_that_is_another_user_frees_where_it_may_and_says_where_it_may_not()
    {
        Skip.IfNot(Environment.UserName == "root", "only root starts a node as another user");
        Directory.CreateDirectory(_night.Folder);
        await WriteAsync("before.fits");
        foreach (var folder in new[] { Path.GetDirectoryName(_night.Folder)!, _night.Folder, Watched })
            RawFiles.SetMode(folder, "."u8, All);
        await using (var node = WandaProcess.StartAs(Nobody, Demo()))
        {
            await UntilTakenAsync(1);
            RawFiles.SetMode(Directory.CreateDirectory(Path.Combine(Watched, "closed")).FullName, "."u8, OwnersAlone); // made afterwards
            await WriteAsync("closed/image_0001.fits");
            await NightAsync();
            await Eventually.HoldsAsync(async () =>
            {
                await using var catalogue = await _night.OpenAsync();
                return (await catalogue.Originals.ListAsync(default)).Any(a => a.Problem is not null);
            }, "it to be said", bound: TimeSpan.FromMinutes(2));
            var said = await WandaProcess.RunAsync(TimeSpan.FromSeconds(60), "status", "--data", _night.Folder);
            Assert.Contains("1 original in", said.Output);
            Assert.Contains("cannot be removed", said.Output);
        }

        Assert.Equal(["M31/session_metadata.json", "before.fits", "closed/image_0001.fits"], Names());
        await AssertComesBackAsync();
    }

    /// <summary>
    /// The two ways of docs/operations.md: the node runs as the camera's user, or that user's folders inherit the node's rights. Either way
    /// what goes lies in a folder that the camera's program made afterwards. A unit's sandbox is systemd's own, and is not tried here.
    /// </summary>
    [SkippableTheory]
    [InlineData("as its owner")]
    [InlineData("by rights that folders inherit")]
    public async Task A_folder_that_another_user_makes_afterwards_is_emptied(string way)
    {
        Skip.IfNot(Environment.UserName == "root", "only root starts a node as another user");
        Directory.CreateDirectory(_night.Folder);
        await WriteAsync("before.fits");
        foreach (var folder in new[] { Path.GetDirectoryName(_night.Folder)!, _night.Folder })
            RawFiles.SetMode(folder, "."u8, All);
        var user = way == "as its owner" ? Camera : Nobody;
        await RunAsync(["chown", "-R", $"{Camera}:{Camera}", Watched]);
        if (user == Nobody)
            await RunAsync(["setfacl", "-R", "-m", $"u:{Nobody}:rwX", "-m", $"d:u:{Nobody}:rwX", Watched]);
        await using (var node = WandaProcess.StartAs(user, Demo()))
        {
            await UntilTakenAsync(1);
            await AsCameraAsync("mkdir \"$1\"", [], Path.Combine(Watched, "M31"));
            for (var n = 1; n <= 3; n++)
            {
                var name = $"M31/image_{n:0000}.fits";
                await AsCameraAsync("cat > \"$1\"", await FitsAsync(name), Path.Combine(Watched, name));
            }

            await Eventually.HoldsAsync(async () => (await _night.CapturesAsync()).Count(c => c.Original == OriginalState.Freed) == 3,
                "three originals to be freed", async () => string.Join('\n', await _night.CapturesAsync()), TimeSpan.FromMinutes(3));
        }

        Assert.Equal(["before.fits"], Names());
        Assert.True(Directory.Exists(Path.Combine(Watched, "M31")));
        await AssertComesBackAsync();
    }

    private string[] Demo() =>
        ["demo", "--data", _night.Folder, "--listen", "http://127.0.0.1:0", "--watch", Watched, "--adopt"];

    /// <summary>Once the folder is looked through, a session: pictures, and the JSON beside them after each.</summary>
    private async Task NightAsync()
    {
        await UntilTakenAsync(1);
        var session = Directory.CreateDirectory(Path.Combine(Watched, "M31")).FullName;
        RawFiles.SetMode(session, "."u8, All);
        for (var n = 1; n <= 5; n++)
        {
            await WriteAsync($"M31/image_{n:0000}.fits");
            await File.WriteAllTextAsync(Path.Combine(session, "session_metadata.json"), $"{{\"images_captured\":{n}}}");
        }

        await Eventually.HoldsAsync(async () => (await _night.CapturesAsync()).Count(c => c.Original == OriginalState.Freed) == 5,
            "five originals to be freed", async () => string.Join('\n', await _night.CapturesAsync()), TimeSpan.FromMinutes(3));
    }

    private Task UntilTakenAsync(int count) => Eventually.HoldsAsync(
        async () => File.Exists(Path.Combine(_night.Folder, "node", "catalogue.db")) && (await _night.CapturesAsync()).Count >= count,
        "what was there to be taken", bound: TimeSpan.FromMinutes(2));

    private async Task WriteAsync(string name) => await File.WriteAllBytesAsync(Path.Combine(Watched, name), await FitsAsync(name));

    private async Task<byte[]> FitsAsync(string name)
    {
        var file = new MemoryStream();
        var writer = await FitsWriter.StartAsync(file, 16, 16, new FitsHeader().Add("OBJECT", name));
        await writer.WriteAsync(new ushort[16 * 16]);
        await writer.CompleteAsync();
        _written[Path.GetFileName(name)] = Convert.ToHexStringLower(SHA256.HashData(file.ToArray()));
        return file.ToArray();
    }

    /// <summary>The camera's program, with the usual umask.</summary>
    private static Task AsCameraAsync(string command, byte[] input, string path) => RunAsync([
        "setpriv", $"--reuid={Camera}", $"--regid={Camera}", "--clear-groups", "bash", "-c", $"umask 022; {command}", "bash", path], input);

    private static async Task RunAsync(string[] command, byte[]? input = null)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true })!;
        if (input is { Length: > 0 })
            await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private string[] Names() => [.. Directory.EnumerateFiles(Watched, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Watched, path)).Order(StringComparer.Ordinal)];

    private async Task AssertComesBackAsync()
    {
        await using var server = await _night.StartServerAsync();
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", _night.Token) } };
        foreach (var capture in (await _night.CapturesAsync()).Where(c => c.Original == OriginalState.Freed))
        {
            Assert.Equal(_written[capture.FileName], capture.Sha256);
            Assert.Equal(capture.Sha256, await _night.DownloadedSha256Async(http, capture.Cid!));
        }
    }
}
