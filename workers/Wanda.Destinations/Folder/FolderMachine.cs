using Files.Shared;
using Wanda.Custody;
using Wanda.Destinations.Machines;

namespace Wanda.Destinations.Folder;

/// <summary>
/// On which machine a mounted folder's bytes are, as the kernel knows it: a bind mount, a second mount and a loop device lead to the disk
/// that they are on. A share's server is known by its address alone, which tells nothing: a container of this machine has one too.
/// </summary>
internal static class FolderMachine
{
    // What another machine may serve; whatever else is mounted is a disk, or the memory, of this one.
    private static readonly HashSet<string> Served =
    [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "afs", "davfs", "coda", "lustre", "beegfs", "gfs2", "ocfs2", "orangefs",
        "glusterfs", "9p", "virtiofs", "vboxsf", "fuse",
    ];

    /// <param name="path">The folder itself, without symbolic links.</param>
    /// <param name="mount">The number of the mount that it is on, from the open folder; null: the one that its path is on.</param>
    /// <param name="table">The lines of a mount table.</param>
    public static MachineJudgement Judge(string path, int? mount, IEnumerable<string> table)
    {
        var mounts = Mount.Of(table);
        return Judge(mounts.FirstOrDefault(m => m.Id == mount) ?? Mount.Of(path, mounts), mounts, 0);
    }

    private static MachineJudgement Judge(Mount? mount, IReadOnlyList<Mount> mounts, int depth) => mount switch
    {
        null => new(Machine.Unknown, "is on no mount that this system tells of"),
        _ when IsServed(mount.Type) => new(Machine.Unknown, $"is {mount.Source} by {mount.Type}, which does not tell its machine"),
        _ when depth > 8 => new(Machine.Unknown, "is in a file in a file, too deep to follow"),
        _ => new BlockDevice(file => Judge(Mount.Of(file, mounts), mounts, depth + 1)).Judge(mount),
    };

    // fuseblk is a disk by a program of this machine; what other programs show may be anywhere.
    private static bool IsServed(string type) => Served.Contains(type) || type.StartsWith("fuse.", StringComparison.Ordinal);
}
