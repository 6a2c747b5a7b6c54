using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wanda.Ops.Tests.Cli;

/// <summary>
/// What <c>wanda join</c> makes of servers that are none, or send it elsewhere. (That it joins is in the end-to-end tests.)
/// </summary>
public sealed class JoinCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-join-").FullName;
    private readonly List<string> _asked = [];
    private WebApplication _server = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.Run(async context =>
        {
            lock (_asked)
                _asked.Add(context.Request.Path);
            switch (context.Request.Path.Value!.Split('/')[1])
            {
                case "moved":
                    context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
                    context.Response.Headers.Location = "/elsewhere/v0/join";
                    break;
                case "nonsense":
                    await context.Response.WriteAsync("<html>Welcome");
                    break;
                case "endless":
                    while (!context.RequestAborted.IsCancellationRequested)
                        await context.Response.Body.WriteAsync(new byte[4096], context.RequestAborted);
                    break;
                case "refuses":
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    await context.Response.WriteAsync("""{"error":{"reason":"INVITE_REFUSED","details":"ask the operator."}}""");
                    break;
                default:
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    break;
            }
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("moved", "redirects")]
    [InlineData("nonsense", "is no pinning server")]
    [InlineData("endless", "is no pinning server")]
    [InlineData("refuses", "answers 403: ask the operator.")]
    [InlineData("other", "answers 404: it is no pinning server")]
    public async Task A_server_that_is_none_gets_the_invite_and_nobody_else_does(string path, string said)
    {
        var (code, _, error) = await JoinAsync($"{_server.Urls.Single()}/{path}");

        Assert.Equal(1, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Equal([$"/{path}/v0/join"], _asked);
        Assert.Equal(["token.new"], Directory.GetFiles(_folder).Select(Path.GetFileName)); // the same command again goes on with it
    }

    [Theory]
    [InlineData("?to=elsewhere")]
    [InlineData("#part")]
    public async Task An_address_with_more_than_an_address_is_refused(string more)
    {
        var (code, _, error) = await JoinAsync(_server.Urls.Single() + "/" + more);

        Assert.Equal(1, code);
        Assert.Contains("is no address that a secret may go to", error, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    private Task<(int Code, string Out, string Error)> JoinAsync(string url) =>
        WandaCommand.RunAsync(_folder, "join", url, "wandainvite_x", "--token-file", "token");
}
