using System.Security.Cryptography;
using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// A node's key on disk: libp2p's encoding, readable by its owner alone (mode 600), as Kubo's <c>ipfs key export</c> writes it.
/// On Windows the folder's access list has to do the protecting: there is no mode to check.
/// </summary>
public static class NodeKeyFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    // An Ed25519 key takes 68 bytes; the bound only keeps a wrong path from being read whole.
    private const int MaxFileBytes = 4096;

    /// <summary>Loads the key, or generates and saves one when there is no file.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static NodeKey LoadOrCreate(string path)
    {
        if (File.Exists(path))
            return Load(path);
        var key = NodeKey.Generate();
        try
        {
            Save(key, path);
            return key;
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process of this node was first: its key is the node's key.
            return Load(path);
        }
    }

    /// <summary>Loads a key.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="KeyFilePermissionException">
    /// Others than the owner may read or write it; the message has the command that mends it.
    /// </exception>
    /// <exception cref="KeyFormatException">The file is not an Ed25519 key, or is damaged.</exception>
    public static NodeKey Load(string path)
    {
        using var file = File.OpenHandle(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            throw new KeyFilePermissionException(path);
        byte[] content = new byte[MaxFileBytes];
        int length = RandomAccess.Read(file, content, 0);
        try
        {
            return NodeKey.FromLibp2p(content.AsSpan(0, length));
        }
        catch (KeyFormatException e)
        {
            throw new KeyFormatException(
                $"{path}: {e.Message} Restore it from a backup; without it the node's IPNS name cannot be signed.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Saves a key under a name that is not taken: it is on disk, whole and private, or not there at all.</summary>
    /// <exception cref="IOException">The file exists (a key is never overwritten), or the disk refuses.</exception>
    public static void Save(NodeKey key, string path)
    {
        path = Path.GetFullPath(path);
        DurableFile.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] encoded = key.ToLibp2p();
        try
        {
            DurableFile.WriteSecret(path, encoded);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }
}
