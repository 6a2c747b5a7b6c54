using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Wanda.PinningServer;

/// <summary>A browser that came with the operator's token.</summary>
/// <param name="Form">What its forms carry besides the cookie: no other page can know it.</param>
/// <param name="Ends">From then on it has to come with the token again.</param>
internal sealed record OperatorSession(string Form, DateTimeOffset Ends)
{
    private string? _said;

    /// <summary>Has the next page say what was done.</summary>
    public void Say(string what) => _said = what;

    /// <summary>What is to be said, once.</summary>
    public string? Said() => Interlocked.Exchange(ref _said, null);

    /// <summary>Compares in constant time.</summary>
    public bool IsForm(string? form) => form is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(form), Encoding.UTF8.GetBytes(Form));
}

/// <summary>The browsers that are logged in, in memory: a restart logs all of them out.</summary>
internal sealed class OperatorSessions(TimeProvider time)
{
    /// <summary>The cookie that names a session.</summary>
    public const string Cookie = "wanda-operator";

    // Operators and their browsers; whoever is the next one logs the oldest out.
    private const int Max = 64;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, OperatorSession> _sessions = new(StringComparer.Ordinal);

    /// <returns>The cookie's value.</returns>
    public string Begin()
    {
        string id = Random();
        lock (_lock)
        {
            if (_sessions.Count >= Max)
                _sessions.Remove(_sessions.MinBy(s => s.Value.Ends).Key);
            _sessions.Add(AccessToken.Hash(id), new(Random(), time.GetUtcNow() + Lifetime));
        }

        return id;
    }

    /// <summary>The session of a cookie; null when there is none of it, or it is over.</summary>
    public OperatorSession? Find(string? id)
    {
        if (id is null)
            return null;
        lock (_lock)
            return _sessions.GetValueOrDefault(AccessToken.Hash(id)) is { } session && session.Ends > time.GetUtcNow() ? session : null;
    }

    public void End(string? id)
    {
        if (id is null)
            return;
        lock (_lock)
            _sessions.Remove(AccessToken.Hash(id));
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
