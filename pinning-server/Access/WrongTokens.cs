using System.Net;
using Microsoft.AspNetCore.Http;

namespace Wanda.PinningServer;

/// <summary>
/// Slows down who tries tokens and invites. Nobody guesses 256 bits: it saves the work. A good token is held up by nobody's wrong ones, not
/// even by those of its own address, which many nodes may share; a good invite by those of its own address only.
/// </summary>
internal sealed class WrongTokens(TimeProvider time)
{
    private const int PerMinute = 30;
    private const int InAllPerMinute = 600;

    private static readonly IPAddress Everybody = IPAddress.Any;

    private readonly AddressBudget _tokens = new(PerMinute, time);
    private readonly AddressBudget _all = new(InAllPerMinute, time);
    private readonly AddressBudget _invites = new(PerMinute, time);

    /// <summary>Notes a token that is none here.</summary>
    /// <exception cref="ApiException">429: too many of them came, from this address or in all.</exception>
    public void Note(HttpContext context)
    {
        if ((_tokens.Take(context.Address()) ?? _all.Take(Everybody)) is { } wait)
            throw Slower("token", wait);
    }

    /// <summary>Tries an invite; one that turns out to be good does not count.</summary>
    /// <exception cref="ApiException">429: too many that are none came from this address.</exception>
    public async Task<T> TryInviteAsync<T>(HttpContext context, Func<Task<T>> redeem)
    {
        var address = context.Address();
        if (_invites.Take(address) is { } wait)
            throw Slower("invite", wait);
        var joined = await redeem();
        _invites.Return(address);
        return joined;
    }

    private static ApiException Slower(string what, TimeSpan wait) => new(StatusCodes.Status429TooManyRequests, "TOO_MANY_REQUESTS",
        $"Too many requests come with {what}s that are none here. Wait, and look whether yours is whole.", wait);
}
