using System.Text.Json;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.Interop.Tests.Deploy;

/// <summary>What <c>wanda destination test</c> finds before a real server, through a real nginx that is broken in one way each.</summary>
public sealed class DestinationCheckTests : IAsyncLifetime
{
    // All that differs where everything is on one machine.
    private const string OwnMachine = "possession";

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Through_the_nginx_that_is_shipped_everything_is_as_it_should_be_and_nothing_is_left()
    {
        await using var nginx = await NginxProxy.StartAsync(_server.Address);

        var report = await CheckAsync(nginx.Address);

        Assert.Null(report.Broken);
        Assert.Equal([OwnMachine], Named(report, CheckOutcome.Warning));
        Assert.Equal(["certificate"], Named(report, CheckOutcome.Skipped));
        Assert.Equal(
            ["name", "connect", "certificate", "server", "proxy", "clock", "token", "body limit", "100-continue", "streaming",
                "block there", OwnMachine, "range", "block back", "unpin"], report.Steps.Select(s => s.Name));
        Assert.Contains("nginx", Step(report, "proxy").Saw);
        Assert.Contains("knows us as dome", Step(report, "token").Saw);
        Assert.Empty(await _server.Client.PinsAsync());
        Assert.Equal(0, (long)(await _server.Client.GetAsync("/v0/node").JsonAsync())["reservedBytes"]!);
        Assert.Empty(nginx.Complaints);
    }

    [Fact]
    public async Task What_was_seen_from_the_servers_own_machine_is_marked()
    {
        var report = await CheckAsync(_server.Address);

        Assert.Null(report.Broken);
        Assert.Equal(["name", "connect", "proxy", "body limit", "100-continue", "streaming", "range"],
            report.Steps.Where(s => s.FromServersMachine).Select(s => s.Name));
        Assert.Contains("runs on this machine's kernel", Step(report, OwnMachine).Saw);
    }

    [Theory]
    [InlineData("client_max_body_size 0;", "client_max_body_size 1m;", "body limit", CheckOutcome.Failed, "client_max_body_size")]
    [InlineData("client_max_body_size 0;", "client_max_body_size 100m;", "body limit", CheckOutcome.Warning, "client_max_body_size")]
    [InlineData("proxy_request_buffering off;", "", "streaming", CheckOutcome.Warning, "proxy_request_buffering off")]
    [InlineData("proxy_buffering off;", "proxy_set_header Authorization \"\";", "token", CheckOutcome.Failed, "header Authorization away")]
    [InlineData("proxy_buffering off;", "proxy_set_header Range \"\";", "range", CheckOutcome.Warning, "header Range away")]
    [InlineData("location / {", "location / { limit_except GET POST DELETE { deny all; }", "body limit", CheckOutcome.Failed, "PATCH")]
    [InlineData("location / {", "location / { return 301 https://elsewhere.example/;", "server", CheckOutcome.Failed, "\"url\"")]
    public async Task What_is_wrong_in_the_nginx_is_named(string line, string broken, string step, CheckOutcome outcome, string advice)
    {
        await using var nginx = await NginxProxy.StartAsync(_server.Address, text => text.Instead(line, broken));

        var report = await CheckAsync(nginx.Address);

        var found = Step(report, step);
        Assert.Equal(outcome, found.Outcome);
        Assert.Contains(advice, found.Do);
        Assert.Equal(outcome == CheckOutcome.Failed ? found : null, report.Broken);
        Assert.Equal(outcome == CheckOutcome.Failed ? [step] : [], Named(report, CheckOutcome.Failed));
        Assert.Empty(await _server.Client.PinsAsync());
    }

    [Fact]
    public async Task A_proxy_without_a_server_behind_it_is_told_from_no_proxy()
    {
        using var nobody = new HeldPort();
        await using var nginx = await NginxProxy.StartAsync(new Uri($"http://127.0.0.1:{nobody.Number}"));

        var report = await CheckAsync(nginx.Address);

        Assert.Contains("its proxy does not reach the server behind it", report.Broken!.Saw);
    }

    [Fact]
    public async Task A_wrong_path_is_no_server_and_is_shown_no_token()
    {
        var report = await CheckAsync(new Uri(_server.Address, "wrong/"));

        Assert.Equal("server", report.Broken!.Name);
        Assert.Contains("path of \"url\"", report.Broken.Do);
        Assert.Equal(CheckOutcome.Skipped, Step(report, "token").Outcome);
    }

    [Fact]
    public async Task A_token_that_the_server_does_not_know_is_told_from_one_that_does_not_arrive()
    {
        var report = await CheckAsync(_server.Address, token: "another-token");

        Assert.Equal("token", report.Broken!.Name);
        Assert.Contains("does not know our token", report.Broken.Saw);
        Assert.DoesNotContain("another-token", JsonSerializer.Serialize(report));
    }

    [Fact]
    public async Task A_closed_port_is_told()
    {
        using var nobody = new HeldPort();

        var report = await CheckAsync(new Uri($"http://127.0.0.1:{nobody.Number}"));

        Assert.Equal("connect", report.Broken!.Name);
        Assert.Contains($"127.0.0.1:{nobody.Number}", report.Broken.Saw);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_told()
    {
        var report = await CheckAsync(new Uri("https://no-such-host.invalid"));

        Assert.Equal("name", report.Broken!.Name);
        Assert.Contains("no-such-host.invalid", report.Broken.Saw);
        Assert.Equal(["name"], report.Steps.Where(s => s.Outcome != CheckOutcome.Skipped).Select(s => s.Name));
    }

    [Theory]
    [InlineData("localhost", 100, "it signed itself")]
    [InlineData("localhost", 50, "ended on 2020-01-01")]
    [InlineData("pin.example.org", 100, "is for pin.example.org, not for localhost")]
    public async Task What_is_wrong_with_a_certificate_is_told_and_no_token_goes_there(string name, int years, string told)
    {
        await using var nginx = await NginxProxy.StartAsync(_server.Address,
            certificate: ServerCertificate.SelfSigned(name, DateTimeOffset.UnixEpoch.AddYears(years)));

        var report = await CheckAsync(nginx.TlsAddress);

        Assert.Equal("certificate", report.Broken!.Name);
        Assert.Contains(told, report.Broken.Saw);
        Assert.Equal(3, report.Steps.Count(s => s.Outcome != CheckOutcome.Skipped));
    }

    [Fact]
    public async Task A_line_that_answers_no_100_continue_is_told()
    {
        await using var line = new DeafLine(_server.Address);

        var report = await CheckAsync(line.Address);

        Assert.Null(report.Broken);
        Assert.Equal(["100-continue", OwnMachine], Named(report, CheckOutcome.Warning));
    }

    [Fact]
    public async Task What_the_server_itself_does_not_take_is_not_asked_of_the_proxy()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxUploadBytes = 50_000_000 });

        var report = await CheckAsync(server.Address, server: server);

        Assert.Null(report.Broken);
        Assert.Contains("takes a frame of 33.6 MB", Step(report, "body limit").Saw);
    }

    [Fact]
    public async Task A_token_that_removes_nothing_says_what_stays()
    {
        await using var server = await TestServer.StartAsync(
            o => o with { Nodes = [.. o.Nodes.Select(n => n with { AddOnly = true })] });

        var report = await CheckAsync(server.Address, server: server);

        Assert.Null(report.Broken);
        var pin = Assert.Single(await server.Client.PinsAsync())!;
        Assert.Equal(CheckOutcome.Warning, Step(report, "unpin").Outcome);
        Assert.Contains((string)pin["pinId"]!, Step(report, "unpin").Do);
    }

    [Fact]
    public async Task Our_server_as_a_pinning_service_is_known_by_its_API()
    {
        var good = await CheckAsync(new Uri(_server.Address, "psa"), kind: "pinning-service");
        var bad = await CheckAsync(_server.Address, kind: "pinning-service");

        Assert.Null(good.Broken);
        Assert.Contains("is a pinning service", Step(good, "token").Saw);
        Assert.Equal("token", bad.Broken!.Name);
        Assert.Contains($"{_server.Address}psa", bad.Broken.Saw);
    }

    private async Task<DestinationReport> CheckAsync(
        Uri address, string? token = null, TestServer? server = null, string kind = "wanda") => await DestinationCheck.RunAsync(
            new WandaOptions
            {
                Destinations =
                [
                    new DestinationOptions
                    {
                        Name = "altermundi",
                        Kind = kind,
                        Url = address.AbsoluteUri,
                        Token = token ?? (server ?? _server).Client.DefaultRequestHeaders.Authorization!.Parameter,
                    },
                ],
            }, "altermundi", TimeProvider.System, default);

    private static CheckStep Step(DestinationReport report, string name) => report.Steps.Single(s => s.Name == name);

    private static IEnumerable<string> Named(DestinationReport report, CheckOutcome outcome) =>
        report.Steps.Where(s => s.Outcome == outcome).Select(s => s.Name);
}
