using System.Net.Http.Headers;
using Wanda.Hosting;

namespace Wanda.Destinations.Wanda;

/// <summary>Shows the token with each request.</summary>
internal sealed class TokenHandler(DestinationOptions options) : DelegatingHandler
{
    private readonly Secret _token = new(options.Name, options.Token, options.TokenFile);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _token.ReadAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
