using Files.Shared;
using Wanda.Custody;

namespace Wanda.Destinations.Machines;

/// <summary>
/// Where a block device's bytes are in the end: a disk of this machine, or what only looks like one. Loop devices are followed to their
/// files, mappers and partitions to their disks.
/// </summary>
/// <remarks>Source: Linux, Documentation/ABI/stable/sysfs-block.</remarks>
internal sealed class BlockDevice(Func<string, MachineJudgement> fileOn)
{
    private const int MaxDepth = 16;

    // Disks that another machine may serve: network block devices, and those of a storage network.
    private static readonly string[] Served = ["nbd", "rbd", "drbd"];
    private static readonly string[] Fabrics = ["/session", "/fc_host", "/rport-", "nvme-fabrics"];

    /// <param name="mount">A file system that is not a share.</param>
    public MachineJudgement Judge(Mount mount)
    {
        // One that may have several devices (btrfs) has a number of its own, and names one of them. One without any is in memory.
        var folder = Folder($"/sys/dev/block/{mount.Device}") ?? (mount.Source.StartsWith("/dev/", StringComparison.Ordinal)
            ? Folder($"/sys/class/block/{Path.GetFileName(mount.Source)}")
            : null);
        return folder is null ? new(Machine.This, "is on a disk, or in the memory, of this machine") : Judge(folder, 0);
    }

    private MachineJudgement Judge(string folder, int depth)
    {
        var name = Path.GetFileName(folder);
        if (depth > MaxDepth)
            return new(Machine.Unknown, $"is on {name}, of which it cannot be told what it is made of");
        if (File.Exists(Path.Combine(folder, "partition")))
            return Judge(Path.GetDirectoryName(folder)!, depth + 1);
        if (Read(Path.Combine(folder, "loop", "backing_file")) is { } file)
            return fileOn(file) is var below ? below with { How = $"is in the file {file}, which {below.How}" } : below;
        var slaves = Path.Combine(folder, "slaves");
        if (Directory.Exists(slaves) && Directory.GetFileSystemEntries(slaves).Select(s => Folder(s) ?? s).ToList() is { Count: > 0 } parts)
        {
            // It fails when any of them does.
            var judged = parts.ConvertAll(p => Judge(p, depth + 1));
            return judged.Find(j => j.Machine == Machine.This) ?? judged[0];
        }

        return Array.Exists(Served, s => name.StartsWith(s, StringComparison.Ordinal))
            || Array.Exists(Fabrics, f => folder.Contains(f, StringComparison.Ordinal))
            ? new(Machine.Unknown, $"is on {name}, which another machine may serve")
            : new(Machine.This, $"is on the disk {name} of this machine");
    }

    private static string? Folder(string link) =>
        Directory.Exists(link) ? new DirectoryInfo(link).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? link : null;

    private static string? Read(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file).TrimEnd('\n') : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
