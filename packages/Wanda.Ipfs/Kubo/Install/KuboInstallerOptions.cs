using System.Runtime.InteropServices;

namespace Wanda.Ipfs;

/// <summary>Where Kubo's program comes from, and where it goes.</summary>
public sealed record KuboInstallerOptions
{
    /// <summary>Where the program is put, an absolute path; its folder is made. One that is there is replaced.</summary>
    public required string Program { get; init; }

    /// <summary>
    /// The site, in the layout of dist.ipfs.tech: <c>kubo/versions</c>, <c>kubo/vX/kubo_vX_OS-ARCH.tar.gz</c> and the same with
    /// <c>.sha512</c>. <value>Default: https://dist.ipfs.tech/.</value>
    /// </summary>
    public Uri Site { get; init; } = new("https://dist.ipfs.tech/");

    /// <summary>The system and the machine, as the names of the archives have them. <value>Default: this one's.</value></summary>
    public string Platform { get; init; } = $"{System}-{Architecture}";

    /// <summary>The oldest version that is installed. <value>Default: <see cref="KuboClient.Oldest"/>.</value></summary>
    public Version MinVersion { get; init; } = KuboClient.Oldest;

    /// <summary>The largest archive that is read, in bytes. <value>Default: 200 MiB.</value></summary>
    public long MaxArchiveBytes { get; init; } = 200L << 20;

    /// <summary>The largest program that is unpacked, in bytes. <value>Default: 400 MiB.</value></summary>
    public long MaxProgramBytes { get; init; } = 400L << 20;

    /// <summary>How long the site may be silent. <value>Default: 60 s.</value></summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    private static string System => OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsFreeBSD() ? "freebsd" : "linux";

    private static string Architecture => RuntimeInformation.OSArchitecture switch
    {
        global::System.Runtime.InteropServices.Architecture.X64 => "amd64",
        global::System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
