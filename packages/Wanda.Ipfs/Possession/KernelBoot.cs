using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// The kernel's boot id: a random number that Linux draws when it starts, the same for every process, container and namespace on the
/// machine, and another after the next start. It never leaves the machine as it is: see <see cref="MachineDigest"/>.
/// </summary>
/// <remarks>
/// Some container managers (systemd-nspawn, LXC) lay a number of their own over it, in a file that stands in its place: that one is told by
/// the mounts, and is none. A virtual machine has a kernel, and an id, of its own.
/// </remarks>
public static class KernelBoot
{
    /// <summary>Where Linux tells it.</summary>
    public const string Path = "/proc/sys/kernel/random/boot_id";

    /// <summary>Where Linux tells what is mounted, for whoever reads it.</summary>
    public const string Mounts = Mount.Table;

    private static readonly Lazy<Guid?> Own = new(Read);

    /// <summary>That of this machine; null where it cannot be told.</summary>
    public static Guid? Id => Own.Value;

    /// <summary>Reads an id that came from <see cref="Path"/> of some machine.</summary>
    /// <param name="id">What stood there.</param>
    /// <param name="mounts">What stood in <see cref="Mounts"/> there.</param>
    /// <returns>Null when it is no id, or not the kernel's own.</returns>
    public static Guid? Parse(string id, string mounts) =>
        Guid.TryParseExact(id.Trim(), "D", out var boot) && Mount.Of(Path, Mount.Of(mounts.Split('\n'))) is { Type: "proc" } mount
            && mount.Root.TrimEnd('/') + Path[mount.At.Length..] == Path["/proc".Length..]
            ? boot
            : null;

    private static Guid? Read()
    {
        try
        {
            return File.Exists(Path) ? Parse(File.ReadAllText(Path), File.ReadAllText(Mounts)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
