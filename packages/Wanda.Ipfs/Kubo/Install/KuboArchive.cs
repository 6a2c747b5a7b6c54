using System.Formats.Tar;
using System.IO.Compression;

namespace Wanda.Ipfs;

/// <summary>Kubo's archive: one folder, of which the program alone is taken, under a name that is ours.</summary>
internal static class KuboArchive
{
    private const string Program = "kubo/ipfs";
    private const int MaxEntries = 100;

    /// <summary>Unpacks the program.</summary>
    /// <exception cref="KuboTroubleException">The archive is no archive of Kubo's, or holds what none holds.</exception>
    public static async Task UnpackAsync(Stream archive, string to, long maxBytes, string name, CancellationToken cancellationToken)
    {
        bool found = false;
        try
        {
            var plain = new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true);
            await using var _ = plain.ConfigureAwait(false);
            var reader = new TarReader(plain, leaveOpen: true);
            await using var __ = reader.ConfigureAwait(false);
            for (int entries = 0; await reader.GetNextEntryAsync(false, cancellationToken).ConfigureAwait(false) is { } entry; entries++)
            {
                if (entries == MaxEntries || entry.Length > maxBytes)
                    throw Refused(name, "is larger than any Kubo");
                // Nothing is written by an archive's own names; one that tries is not Kubo's.
                if (entry.Name.StartsWith('/') || entry.Name.Split('/', '\\').Contains(".."))
                    throw Refused(name, $"holds a name that leads out of it ({entry.Name})");
                if (entry.Name is not Program)
                    continue;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.DataStream is not { } data)
                    throw Refused(name, "holds no program under kubo/ipfs");
                await WriteAsync(data, to, cancellationToken).ConfigureAwait(false);
                found = true;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw Refused(name, $"cannot be unpacked ({e.Message})", e);
        }

        if (!found)
            throw Refused(name, "holds no program under kubo/ipfs");
    }

    private static async Task WriteAsync(Stream data, string to, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        }

        var file = new FileStream(to, options);
        await using var _ = file.ConfigureAwait(false);
        await data.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
    }

    private static KuboTroubleException Refused(string name, string why, Exception? inner = null) =>
        new(KuboTrouble.WrongVersion, $"{name} {why}: nothing was installed.", inner);
}
