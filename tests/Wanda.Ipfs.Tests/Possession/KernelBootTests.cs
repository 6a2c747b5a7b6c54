using System.Diagnostics;

namespace Wanda.Ipfs.Tests.Possession;

/// <summary>A kernel's own boot id, and what is laid over it.</summary>
public sealed class KernelBootTests
{
    private const string Id = "5180ca5d-a7f7-4463-8a73-9da2188c4a1f";
    private const string Proc = "22 27 0:21 / /proc rw,relatime - proc proc rw";

    [Theory]
    [InlineData(true, Proc)]
    [InlineData(true, Proc, "30 22 0:21 /sys /proc/sys ro,relatime - proc proc rw")] // as Docker does
    [InlineData(false, Proc, "31 22 0:5 /x /proc/sys/kernel/random/boot_id rw - tmpfs tmpfs rw")] // as systemd-nspawn does
    [InlineData(false, Proc, "31 22 0:5 / /proc/sys/kernel rw - fuse.lxcfs lxcfs rw")]
    [InlineData(false, Proc, "31 22 0:21 /sys/kernel/random/uuid /proc/sys/kernel/random/boot_id rw - proc proc rw")]
    [InlineData(false, "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw")]
    [InlineData(false, "nonsense", "- -")]
    [InlineData(false)]
    public void An_id_counts_where_it_is_the_kernels_own(bool counts, params string[] mounts) =>
        Assert.Equal(counts ? Guid.Parse(Id) : null, KernelBoot.Parse(Id + "\n", string.Join('\n', mounts)));

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("{5180ca5d-a7f7-4463-8a73-9da2188c4a1f}")]
    public void What_is_no_id_is_none(string text) => Assert.Null(KernelBoot.Parse(text, Proc));

    [SkippableFact]
    public void Every_process_of_this_machine_has_the_same()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "only Linux tells it");
        Assert.Equal(Guid.Parse(File.ReadAllText(KernelBoot.Path)), KernelBoot.Id);
    }

    [SkippableFact]
    public async Task One_that_a_container_manager_lays_over_it_is_told_by_the_mounts()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mount namespaces are made by root");
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Guid.NewGuid().ToString());

        string[] told = (await InNamespaceAsync(
            $"mount --bind {file} {KernelBoot.Path} && cat {KernelBoot.Path} && echo && echo = && cat {KernelBoot.Mounts}")).Split("=\n");
        File.Delete(file);

        Assert.NotEqual(KernelBoot.Id, Guid.Parse(told[0]));
        Assert.Null(KernelBoot.Parse(told[0], told[1]));
    }

    [SkippableFact]
    public async Task In_namespaces_of_its_own_it_is_this_machines()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "namespaces are made by root");

        string[] told = (await InNamespaceAsync(
            $"mount -t proc proc /proc && cat {KernelBoot.Path} && echo = && cat {KernelBoot.Mounts}",
            "-p", "-f", "-n", "-u")).Split("=\n");

        Assert.NotNull(KernelBoot.Id);
        Assert.Equal(KernelBoot.Id, KernelBoot.Parse(told[0], told[1]));
    }

    [Fact]
    public void Its_digest_is_another_under_another_nonce_and_of_another_kernel()
    {
        byte[] nonce = [1, 2, 3];
        byte[] digest = MachineDigest.Compute(nonce, Guid.Parse(Id));

        Assert.Equal("deff1616b3b905f0", Convert.ToHexStringLower(digest)[..16]);
        Assert.Equal(MachineDigest.Length, digest.Length);
        Assert.NotEqual(digest, MachineDigest.Compute([1, 2, 4], Guid.Parse(Id)));
        Assert.NotEqual(digest, MachineDigest.Compute(nonce, Guid.Empty));
    }

    private static async Task<string> InNamespaceAsync(string script, params string[] kinds)
    {
        using var process = Process.Start(
            new ProcessStartInfo("unshare", ["-m", .. kinds, "sh", "-c", script]) { RedirectStandardOutput = true })!;
        string told = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return told;
    }
}
