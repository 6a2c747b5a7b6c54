using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Wanda.Destinations.Check;

/// <summary>What is wrong with a server's certificate, and what its operator is to do.</summary>
internal static class Certificate
{
    // Who renews does so 30 days before the end: with two weeks left it has failed for some time.
    private const int FewDays = 14;
    private const int MaxNames = 5;

    public static Finding Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string host, DateTimeOffset now)
    {
        if (certificate is null)
            return Finding.Bad("shows no certificate.", "Ask its operator for TLS with a certificate.");
        var (begins, ends) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        var days = (int)Math.Floor((ends - now.UtcDateTime).TotalDays);
        var wrong = new List<(string Saw, string What)>();
        if (now.UtcDateTime > ends)
        {
            wrong.Add(($"ended on {Date(ends)}, {-days} days ago",
                "Renew it on the server (\"certbot renew\", then reload nginx; Caddy does it by itself), or look at this node's clock."));
        }

        if (now.UtcDateTime < begins)
            wrong.Add(($"is good from {Date(begins)} on", "Look at this node's clock, and at the server's."));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            wrong.Add(($"is for {Names(certificate)}, not for {host}",
                "Write the name that it is for into \"url\", or get one for this name (certbot, Caddy)."));
        }

        wrong.AddRange(OfChain(chain));
        if (wrong.Count == 0 && errors != SslPolicyErrors.None)
            wrong.Add(($"is not trusted ({errors})", "Get one that is (certbot, Caddy)."));
        if (wrong.Count > 0)
        {
            return Finding.Bad($"has a certificate that {string.Join(", and ", wrong.Select(w => w.Saw))}.",
                string.Join(" ", wrong.Select(w => w.What).Distinct()));
        }

        var good = $"has a certificate for {days} days more, until {Date(ends)}, by {Short(certificate.Issuer)}.";
        return days < FewDays
            ? Finding.Odd(good, "Renewing it has failed: look at certbot's timer, or at Caddy's log, on the server.")
            : Finding.Good(good);
    }

    private static IEnumerable<(string Saw, string What)> OfChain(X509Chain? chain)
    {
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? default;
        if (status.HasFlag(X509ChainStatusFlags.PartialChain))
        {
            yield return ("comes without the one of who signed it",
                "Give nginx the whole chain: \"ssl_certificate\" is fullchain.pem, not cert.pem.");
        }
        else if (status.HasFlag(X509ChainStatusFlags.UntrustedRoot))
        {
            yield return (chain!.ChainElements.Count == 1
                ? "it signed itself, so that nobody vouches for it"
                : $"is signed by {Short(chain.ChainElements[^1].Certificate.Subject)}, which this machine does not trust",
                "Get one that everybody trusts (certbot, Caddy), or add its root to this machine's (update-ca-certificates).");
        }

        // Of the first kind more is said above.
        var rest = status & ~(X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot
            | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation);
        if (rest != X509ChainStatusFlags.NoError)
            yield return ($"is not sound ({rest})", "Get another one (certbot, Caddy).");
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).Take(MaxNames).ToList();
        return names.Count > 0 ? string.Join(", ", names) : Short(certificate.Subject);
    }

    private static string Date(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Short(string name) => name.Length <= 80 ? name : $"{name[..80]}…";
}
