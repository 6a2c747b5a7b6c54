using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Wanda.PinningServer.Tests.Support;

/// <summary>A browser at the operator's pages: it keeps cookies, and sends the forms of the pages that it has seen.</summary>
internal sealed class Browser : IDisposable
{
    private readonly TestServer _server;

    public Browser(TestServer server)
    {
        _server = server;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies })
        {
            BaseAddress = server.OperatorAddress,
        };
        Http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http { get; }

    public string Token => File.ReadAllText(Path.Combine(_server.Folder, "operator.token")).Trim();

    public static async Task<Browser> LoggedInAsync(TestServer server)
    {
        var browser = new Browser(server);
        using var answer = await browser.SendAsync("/login", ("token", browser.Token));
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        return browser;
    }

    public async Task<string> PageAsync(string path)
    {
        using var answer = await Http.GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode} {text}");
        return text;
    }

    /// <summary>Sends fields, and no more.</summary>
    public Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] fields) =>
        Http.PostAsync(path, new FormUrlEncodedContent(fields.ToDictionary(f => f.Name, f => f.Value)));

    /// <summary>Sends a form as a page of ours has it, and gives the page that comes after it.</summary>
    public async Task<string> DoAsync(string path, params (string Name, string Value)[] fields)
    {
        string form = Regex.Match(await PageAsync("/invite"), "name=\"form\" value=\"([^\"]+)\"").Groups[1].Value;
        using var answer = await SendAsync(path, [("form", form), .. fields]);
        return answer.StatusCode == HttpStatusCode.SeeOther
            ? await PageAsync(answer.Headers.Location!.OriginalString)
            : await answer.Content.ReadAsStringAsync();
    }

    public void Dispose() => Http.Dispose();
}
