using System.Net;
using System.Security.Cryptography;
using System.Text;
using Files.Shared;

namespace Wanda.Ipfs;

/// <summary>
/// Installs Kubo's program from its official archive: nothing is unpacked before the archive's SHA-512 is the one that was published beside
/// it, or that the operator gave.
/// </summary>
/// <remarks>
/// A hash from the same site proves that nothing was cut or damaged, not who wrote it: whoever wants that gives the hash himself. Redirects
/// are not followed.
/// </remarks>
/// <param name="options">From where to where.</param>
public sealed class KuboInstaller(KuboInstallerOptions options)
{
    private const int MaxTextBytes = 64 * 1024;

    /// <summary>Installs a version from the site.</summary>
    /// <param name="version">Such as <c>0.43.1</c>; null for the newest that is no candidate.</param>
    /// <param name="sha512">The archive's hash as the operator knows it, 128 hex digits; null to take the one beside it.</param>
    /// <param name="cancellationToken">Stops it; what was there before stays.</param>
    /// <exception cref="KuboTroubleException">It cannot be had, or is not what it should be.</exception>
    public async Task<KuboProgram> FetchAsync(string? version, string? sha512 = null, CancellationToken cancellationToken = default)
    {
        using var site = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = options.Site,
            Timeout = options.Patience,
        };
        version = (version ?? await NewestAsync(site, cancellationToken).ConfigureAwait(false)).TrimStart('v');
        if (KuboProgram.Parse(version) is null || version.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-')))
            throw new KuboTroubleException(KuboTrouble.WrongVersion, $"'{version}' is no version of Kubo. Write one as 0.43.1.");
        string path = $"kubo/v{version}/kubo_v{version}_{options.Platform}.tar.gz";
        string expected = sha512 is null
            ? Hash(await TextAsync(site, path + ".sha512", cancellationToken).ConfigureAwait(false), path + ".sha512")
            : Hash(sha512, "--sha512");
        Directory.CreateDirectory(Path.GetDirectoryName(options.Program)!);
        string archive = options.Program + ".tar.gz" + DurableFile.TemporarySuffix;
        try
        {
            await DownloadAsync(site, path, archive, cancellationToken).ConfigureAwait(false);
            return await UnpackAsync(archive, expected, path, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(archive);
        }
    }

    /// <summary>Installs an archive that lies on this machine.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="sha512">Its hash, 128 hex digits; null to take the one in the file of its name with <c>.sha512</c>.</param>
    /// <param name="cancellationToken">Stops it; what was there before stays.</param>
    /// <exception cref="KuboTroubleException">It is not what it should be, or no hash is there.</exception>
    public async Task<KuboProgram> FromAsync(string archive, string? sha512 = null, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(archive))
            throw new KuboTroubleException(KuboTrouble.NotFound, $"{archive} is not there.");
        string beside = archive + ".sha512";
        if (sha512 is null && (!File.Exists(beside) || new FileInfo(beside).Length > MaxTextBytes))
        {
            throw new KuboTroubleException(KuboTrouble.NotFound, $"{beside} is not there. Put it beside the archive (it is published with "
                + "it), or give the hash with --sha512.");
        }

        string expected = sha512 is null
            ? Hash(await File.ReadAllTextAsync(beside, cancellationToken).ConfigureAwait(false), beside)
            : Hash(sha512, "--sha512");
        Directory.CreateDirectory(Path.GetDirectoryName(options.Program)!);
        return await UnpackAsync(archive, expected, archive, cancellationToken).ConfigureAwait(false);
    }

    private async Task<KuboProgram> UnpackAsync(string archive, string expected, string name, CancellationToken cancellationToken)
    {
        // Hashed and unpacked through one handle: what was hashed is what is unpacked.
        var file = new FileStream(archive, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
        await using var _ = file.ConfigureAwait(false);
        if (file.Length > options.MaxArchiveBytes)
            throw new KuboTroubleException(KuboTrouble.WrongVersion, $"{name} is larger than any Kubo ({file.Length >> 20} MB).");
        string found = Convert.ToHexStringLower(await SHA512.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
        if (found != expected)
        {
            throw new KuboTroubleException(KuboTrouble.WrongVersion, $"{name} is not what was published: its SHA-512 is {found[..16]}…, and "
                + $"{expected[..16]}… is expected. It was cut, damaged or replaced. Get it again.");
        }

        file.Position = 0;
        string candidate = options.Program + DurableFile.TemporarySuffix;
        try
        {
            await KuboArchive.UnpackAsync(file, candidate, options.MaxProgramBytes, name, cancellationToken).ConfigureAwait(false);
            var program = await KuboProgram.FindAsync(
                new() { Repository = options.Program, Program = candidate, MinVersion = options.MinVersion }, cancellationToken)
                .ConfigureAwait(false);
            DurableFile.Sync(candidate);
            File.Move(candidate, options.Program, overwrite: true);
            DurableFile.SyncFolder(Path.GetDirectoryName(options.Program)!);
            return program with { Path = options.Program };
        }
        finally
        {
            File.Delete(candidate);
        }
    }

    private static async Task<string> NewestAsync(HttpClient site, CancellationToken cancellationToken)
    {
        string versions = await TextAsync(site, "kubo/versions", cancellationToken).ConfigureAwait(false);
        return versions.Split('\n', StringSplitOptions.TrimEntries).Where(v => v.StartsWith('v') && !v.Contains('-', StringComparison.Ordinal))
            .MaxBy(v => KuboProgram.Parse(v[1..]))
            ?? throw new KuboTroubleException(KuboTrouble.NotFound, $"{site.BaseAddress}kubo/versions names no version.");
    }

    private async Task DownloadAsync(HttpClient site, string path, string to, CancellationToken cancellationToken)
    {
        using var answer = await GetAsync(site, path, cancellationToken).ConfigureAwait(false);
        var content = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        var file = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        await using var __ = file.ConfigureAwait(false);
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(options.Patience);
            int read;
            try
            {
                read = await content.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or HttpRequestException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new KuboTroubleException(KuboTrouble.NoAnswer,
                    $"{site.BaseAddress}{path} broke off after {file.Length >> 20} MB. Try again, or fetch it yourself and use --from.", e);
            }

            if (read == 0)
                return;
            if (file.Length + read > options.MaxArchiveBytes)
                throw new KuboTroubleException(KuboTrouble.WrongVersion, $"{path} is larger than any Kubo.");
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string> TextAsync(HttpClient site, string path, CancellationToken cancellationToken)
    {
        using var answer = await GetAsync(site, path, cancellationToken).ConfigureAwait(false);
        var content = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        byte[] buffer = new byte[MaxTextBytes];
        int length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient site, string path, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await site.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.OK)
                return answer;
            using (answer)
            {
                int status = (int)answer.StatusCode;
                throw new KuboTroubleException(KuboTrouble.NotFound, $"{site.BaseAddress}{path} " + (status is >= 300 and < 400
                    ? $"redirects ({status}), which is not followed. Fetch it yourself and use --from."
                    : $"answered {status}. Is there such a version for this machine?"));
            }
        }
        catch (Exception e) when (e is HttpRequestException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new KuboTroubleException(KuboTrouble.NoAnswer,
                $"{site.BaseAddress}{path} cannot be reached. Is this machine on the internet? Else fetch it elsewhere and use --from.", e);
        }
    }

    /// <summary>The hash in a line as sha512sum writes it.</summary>
    private static string Hash(string text, string where)
    {
        string first = text.Split([' ', '\t', '\r', '\n'], 2)[0].Trim().ToLowerInvariant();
        return first.Length == 2 * SHA512.HashSizeInBytes && first.All(char.IsAsciiHexDigit)
            ? first
            : throw new KuboTroubleException(KuboTrouble.WrongVersion, $"{where} holds no SHA-512: 128 hex digits.");
    }
}
