using System.Net.Http.Headers;
using Wanda.Hosting;

namespace Wanda.Workers.Offload.Wanda;

/// <summary>Shows the token with each request. A token file is read each time: one that was replaced works at the next try, without a restart.</summary>
internal sealed class TokenHandler(DestinationOptions options) : DelegatingHandler
{
    private const int MaxTokenBytes = 4096;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Token ?? await ReadAsync(options.TokenFile!, cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<string> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            if (new FileInfo(path).Length > MaxTokenBytes)
                throw new DestinationDownException($"{options.Name}: {path} is no token: it is longer than {MaxTokenBytes} bytes.", needsOperator: true);
            var token = (await File.ReadAllTextAsync(path, cancel)).Trim();
            return token.Length > 0 && token.All(c => c is > ' ' and <= '~')
                ? token
                : throw new DestinationDownException($"{options.Name}: {path} holds no token. Write the token its operator gave you, on one line.", needsOperator: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DestinationDownException($"{options.Name}: its token cannot be read: {e.Message}", needsOperator: true, inner: e);
        }
    }
}
