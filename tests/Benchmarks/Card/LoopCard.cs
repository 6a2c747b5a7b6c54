using System.Diagnostics;
using System.Globalization;

namespace Benchmarks.Card;

/// <summary>A card of our own: an ext4 file system in a file, behind a loop device that counts. Needs root.</summary>
internal sealed class LoopCard : IDisposable
{
    // Of /sys/block/loopN/stat (https://docs.kernel.org/block/stat.html).
    private const int SectorsWritten = 6, Flushes = 15;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("wanda-card-");
    private readonly string _device;

    public LoopCard()
    {
        var image = Path.Combine(_home.FullName, "card.img");
        using (var file = File.Create(image))
            file.SetLength(2L << 30);
        Run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image);
        _device = Run("losetup", "--find", "--show", image).Trim();
        Directory.CreateDirectory(Folder);
        Run("mount", "-o", "noatime", _device, Folder); // as Raspberry Pi OS mounts it
    }

    public string Folder => Path.Combine(_home.FullName, "mnt");

    /// <summary>What it was made to write so far, with all that the file system still kept for itself.</summary>
    public (long Sectors, long Flushes) Written()
    {
        Run("sync", "-f", Folder);
        var figures = File.ReadAllText($"/sys/block/{Path.GetFileName(_device)}/stat").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Figure(SectorsWritten), Figure(Flushes));

        long Figure(int at) => long.Parse(figures[at], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Run("umount", Folder);
        Run("losetup", "--detach", _device);
        _home.Delete(recursive: true);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
