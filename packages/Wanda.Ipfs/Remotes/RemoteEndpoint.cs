using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Wanda.Ipfs;

/// <summary>Where a remote service answers, how it knows us, and how long it is waited for.</summary>
public sealed record RemoteEndpoint
{
    /// <param name="address">The base address, <c>http</c> or <c>https</c>, with the path that requests are relative to; no query.</param>
    /// <exception cref="ArgumentException">The address is none of that, or carries a password: use <see cref="Authorization"/>.</exception>
    public RemoteEndpoint(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")
            || address.Query.Length + address.Fragment.Length + address.UserInfo.Length > 0)
        {
            throw new ArgumentException(
                "A remote's address is http:// or https://, without a password, query or fragment.", nameof(address));
        }

        Address = address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        Name = address.Authority;
    }

    /// <summary>The base address; it ends in a slash.</summary>
    public Uri Address { get; }

    /// <summary>What messages call it. <value>Default: host and port of the address.</value></summary>
    public string Name { get; init; }

    /// <summary>
    /// Sent with every request to this address and to no other; redirects are not followed. Never part of a message.
    /// <value>Default: none.</value>
    /// </summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>
    /// A further header with a secret, for services that want it elsewhere than in Authorization (<c>x-pinata-gateway-token</c>). Sent, and
    /// kept out of messages, as <see cref="Authorization"/> is. <value>Default: none.</value>
    /// </summary>
    public KeyValuePair<string, string>? KeyHeader { get; init; }

    /// <summary>
    /// Asked at each connection for where it goes, where that is not the host and port of the address: a Unix socket, for one.
    /// <value>Default: it is.</value>
    /// </summary>
    public Func<CancellationToken, ValueTask<EndPoint>>? Connects { get; init; }

    /// <summary>How long the remote may make no progress: send no byte and take none. <value>Default: 60 s.</value></summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How slow content (blocks, CARs, files) may come, in bytes a second on average over each <see cref="Patience"/> of waiting for it.
    /// What is slower is <see cref="RemoteFailure.Unavailable"/>. 0: a byte now and then will do. <value>Default: 4000.</value>
    /// </summary>
    public long MinReadRate { get; init; } = 4000;

    /// <summary>
    /// How often a request that may be repeated is sent before its failure is told, 1 or more. <value>Default: 4.</value>
    /// </summary>
    public int Tries { get; init; } = 4;

    /// <summary>The wait before the second try; it doubles from one to the next. <value>Default: 500 ms.</value></summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Told of each piece of an upload, at most 64 KiB, before it goes out; it goes when this returns. Waiting here is not the remote's
    /// silence.
    /// <value>Default: nothing is told, and nothing waits.</value>
    /// </summary>
    public Func<int, CancellationToken, ValueTask>? Sending { get; init; }

    /// <summary>The header of a bearer token.</summary>
    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    /// <summary>The header of a user with a password.</summary>
    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    // What a record prints of itself must not hold the secret.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(Name).Append(" at ").Append(Address);
        return true;
    }
}
