using System.Security.Cryptography;
using Wanda.Custody;
using Wanda.Destinations.Files;
using Wanda.Hosting;

namespace Wanda.Destinations.Check;

/// <summary>A folder, here or on an SFTP server: whether it is ours, and a file goes there and comes back.</summary>
internal static class FolderCheck
{
    private const int Length = 256 * 1024;

    public static async Task RunAsync(
        CheckLog log, string node, DestinationOptions destination, IFileStore store, CancellationToken cancellationToken)
    {
        using var _ = store;
        IVolume? volume = null;
        try
        {
            if (!await log.StepAsync(CheckNames.Folder, "Mount it, or prepare it: \"wanda destination init\".", async stop =>
            {
                volume = await store.OpenAsync(stop);
                await new StoreId(node, destination.Name).EnsureAsync(volume, store.Place, stop);
                var machine = await store.MachineAsync(volume, stop);
                log.IsHere = machine.Machine == Machine.This;
                var saw = $"is there, prepared for this node, and {machine.How}.";
                return log.IsHere
                    ? Finding.Odd(saw, "Have another destination elsewhere: a copy that fails with this machine counts for nothing.")
                    : Finding.Good(saw);
            }, cancellationToken))
            {
                log.Skip("the folder is not there", CheckNames.Send, CheckNames.Back, CheckNames.Unpin);
                return;
            }

            await FileAsync(log, volume!, cancellationToken);
        }
        finally
        {
            volume?.Dispose();
        }
    }

    private static async Task FileAsync(CheckLog log, IVolume volume, CancellationToken cancellationToken)
    {
        var bytes = RandomNumberGenerator.GetBytes(Length);
        var path = $"wanda-test-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        try
        {
            if (!await log.StepAsync(CheckNames.Send, "Look at its rights, its room, and whether it is mounted read-only.", async stop =>
            {
                await volume.WriteAsync(path, stream => stream.WriteAsync(bytes, stop).AsTask(), stop);
                return Finding.Good($"took a fresh file of {new ByteSize(Length)}.");
            }, cancellationToken))
            {
                log.Skip("the file is not there", CheckNames.Back);
                return;
            }

            await log.StepAsync(CheckNames.Back, "Look at its rights, and at the kernel's log for its disk.", async stop =>
            {
                await using var file = await volume.ReadAsync(path, stop);
                var read = new byte[Length + 1];
                var length = file is null ? 0 : await file.ReadAtLeastAsync(read, read.Length, throwOnEndOfStream: false, stop);
                return read.AsSpan(0, length).SequenceEqual(bytes)
                    ? Finding.Good("gave it back whole, byte for byte.")
                    : Finding.Bad($"gave back {length} other bytes.", "Use another disk.");
            }, cancellationToken);
        }
        finally
        {
            await log.StepAsync(CheckNames.Unpin, "Look at its rights.", async stop =>
            {
                await volume.DeleteAsync(path, stop);
                return Finding.Good("let it go again; nothing of it is left.");
            }, CancellationToken.None);
        }
    }
}
