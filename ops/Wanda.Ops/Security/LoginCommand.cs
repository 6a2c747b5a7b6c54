using System.Security.Cryptography;
using System.Text;
using QRCoder;
using Wanda.Catalog;
using Wanda.Hosting;
using Wanda.Ops.Security;

namespace Wanda.Ops;

/// <summary>A code for one browser.</summary>
/// <param name="Code">It, as it is written down.</param>
/// <param name="Address">The page that takes it.</param>
/// <param name="ExpiresAt">Until when, UTC.</param>
/// <param name="MayOperate">Whether it lets do everything, or look alone.</param>
/// <param name="Qr">The page with the code, for a camera: lines of half blocks, dark on light.</param>
public sealed record LoginInvite(string Code, string Address, DateTimeOffset ExpiresAt, bool MayOperate, IReadOnlyList<string> Qr);

/// <summary>Lets a browser in by a code that is made in a terminal, so that no token has to be typed on a phone.</summary>
public sealed class LoginCommand(Catalogue catalogue, WandaOptions options, TimeProvider time)
{
    /// <summary>How long a code can be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    // Letters and digits that nobody takes for one another (Crockford's base 32). Eight of them are 40 bits, and ten guesses end a code.
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 8;

    /// <summary>Makes a code; the one before is over.</summary>
    public async Task<LoginInvite> InviteAsync(bool mayOperate, CancellationToken cancellationToken)
    {
        var code = RandomNumberGenerator.GetString(Letters, Length);
        var expires = time.GetUtcNow() + Lifetime;
        await catalogue.LoginCodes.PutAsync(
            new LoginCode(HashOf(code)!, (mayOperate ? Role.Operate : Role.View).ToString(), expires), cancellationToken);
        var written = $"{code[..4]}-{code[4..]}";
        var address = Address();
        return new LoginInvite(written, address, expires, mayOperate, Qr($"{address}?code={written}"));
    }

    /// <summary>Takes a code: it is gone with that. Null when it is none, or over.</summary>
    internal async Task<Role?> TakeAsync(string shown, CancellationToken cancellationToken) => HashOf(shown) is { } hash
        && Enum.TryParse<Role>(await catalogue.LoginCodes.TakeAsync(hash, time.GetUtcNow(), cancellationToken), out var role)
            ? role
            : null;

    /// <summary>What a code is on record by, however its letters are written; null when it can be none.</summary>
    public static string? HashOf(string shown)
    {
        var code = new string([.. shown.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit)
            .Select(c => c switch { 'O' => '0', 'I' or 'L' => '1', _ => c })]);
        return code.Length == Length && shown.Length <= 3 * Length
            ? Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(code)))
            : null;
    }

    // As others reach it: by the name that it goes by behind its proxy, else where it listens.
    private string Address() => options.Ops.Hosts.Count > 0
        ? $"http://{options.Ops.Hosts[0]}/wanda/login"
        : new Uri(new Uri(options.Ops.Listen), "/wanda/login").ToString();

    private static IReadOnlyList<string> Qr(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var rows = code.ModuleMatrix;
        // Two rows a line. The screen's own colours may be either way round: the light is drawn, the dark is the paper.
        return [.. Enumerable.Range(0, (rows.Count + 1) / 2).Select(line => string.Concat(Enumerable.Range(0, rows.Count).Select(x =>
            (rows[2 * line][x], 2 * line + 1 < rows.Count && rows[2 * line + 1][x]) switch
            {
                (true, true) => ' ',
                (true, false) => '▄',
                (false, true) => '▀',
                _ => '█',
            })))];
    }
}
