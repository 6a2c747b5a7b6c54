using System.Security.Cryptography;
using System.Text;
using Files.Shared;

namespace Wanda.PinningServer;

/// <summary>The operator's own token: a file in the data folder that only the server's user may read, made at the first start.</summary>
internal sealed class OperatorToken
{
    public const string FileName = "operator.token";

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _hash;

    private OperatorToken(string token) => (Text, _hash) = (token, Hash(token));

    /// <summary>Itself.</summary>
    public string Text { get; }

    /// <exception cref="IOException">It cannot be read or made.</exception>
    /// <exception cref="PinningServerOptionsException">Somebody wrote one into the file that could be guessed.</exception>
    public static OperatorToken LoadOrCreate(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            DurableFile.WriteSecret(path, Encoding.UTF8.GetBytes(AccessToken.Generate() + "\n"));
        // One that was copied, as from a backup, may have come with other rights.
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != Mode)
            File.SetUnixFileMode(path, Mode);
        string token = File.ReadAllText(path).Trim();
        return token.Length >= AccessToken.MinLength
            ? new(token)
            : throw new PinningServerOptionsException(
                [$"The token in {path} has fewer than {AccessToken.MinLength} characters and could be guessed. Delete the file: the next "
                    + "start makes another."]);
    }

    /// <summary>Compares in constant time.</summary>
    public bool Is(string? token) => token is not null && CryptographicOperations.FixedTimeEquals(_hash, Hash(token));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
