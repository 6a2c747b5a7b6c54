using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>A certificate and its key as nginx reads them, in PEM.</summary>
internal sealed record ServerCertificate(string Chain, string Key)
{
    /// <summary>One that nobody vouches for, from 1970 on unless it is said.</summary>
    public static ServerCertificate SelfSigned(string name, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Request(name, key).CreateSelfSigned(
            DateTimeOffset.UnixEpoch, until ?? DateTimeOffset.UnixEpoch.AddYears(100));
        return new(made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>One that is signed by a root of its own, for whoever trusts that.</summary>
    public static (ServerCertificate Certificate, string Root) Signed(string name, DateTimeOffset from, DateTimeOffset until)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=A root of tests", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        using var root = request.CreateSelfSigned(from, until);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Request(name, key).Create(root, from, until, RandomNumberGenerator.GetBytes(8));
        return (new($"{made.ExportCertificatePem()}\n", key.ExportPkcs8PrivateKeyPem()), root.ExportCertificatePem());
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
