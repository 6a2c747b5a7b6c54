using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests;

public sealed class PinningServerOptionsTests
{
    private static readonly PinningServerOptions Good = new() { DataFolder = "data" };
    private static readonly NodeOptions Dome = new() { Name = "dome", TokenSha256 = AccessToken.Hash(AccessToken.Generate()) };

    [Fact]
    public void The_defaults_are_good() => Good.Validate();

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    public async Task Beyond_loopback_it_starts_with_a_token_or_an_invite_only(string listen)
    {
        string folder = Directory.CreateTempSubdirectory("wanda-pin-").FullName;
        try
        {
            var options = new PinningServerOptions { DataFolder = folder, Listen = listen };
            var refusal = await Assert.ThrowsAsync<PinningServerOptionsException>(() => PinningServerHost.RunAsync(options));
            Assert.Contains("Invite a node first", refusal.Message);

            await using (var server = await PinningServerOperator.OpenAsync(folder, TimeProvider.System))
                await server.InviteAsync(new Invitation("dome"));
            await AssertStartsAsync(options);
            Directory.Delete(folder, recursive: true);
            await AssertStartsAsync(options with { Nodes = [Dome] });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("localhost:80")]
    [InlineData("127.0.0.1")]
    [InlineData("")]
    public void An_address_that_is_none_is_named(string listen) =>
        Assert.Contains("such as 127.0.0.1:5180", Refused(Good with { Listen = listen }));

    [Fact]
    public void Every_mistake_is_listed_with_its_key()
    {
        string refusal = Refused(Good with
        {
            MaxUploads = 0,
            MaxUploadBytes = -1,
            MinFreeBytes = -1,
            MaintainEvery = TimeSpan.Zero,
            Nodes =
            [
                Dome, Dome,
                new() { Name = "a b", TokenSha256 = "xyz" },
                new() { Name = "c" },
                new() { Name = "d", TokenFile = "/nowhere/at/all", QuotaBytes = 0 },
            ],
        });

        foreach (string key in new[] { "MaxUploads ", "MaxUploadBytes ", "MinFreeBytes ", "MaintainEvery ", "dome twice", "\"a b\"",
            "64 hexadecimal", "Node c needs", "/nowhere", "QuotaBytes" })
        {
            Assert.Contains(key, refusal);
        }
    }

    [Fact]
    public void The_compliance_mode_stays_on_loopback() =>
        Assert.Contains("ComplianceTestMode", Refused(Good with { Listen = "0.0.0.0:1", Nodes = [Dome], ComplianceTestMode = true }));

    [Fact]
    public async Task A_token_that_could_be_guessed_is_refused()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "secret");
        try
        {
            var refusal = await Assert.ThrowsAsync<PinningServerOptionsException>(
                () => TestServer.StartAsync(o => o with { Nodes = [new() { Name = "dome", TokenFile = file }] }));
            Assert.Contains("could be guessed", refusal.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        var refusal = await Assert.ThrowsAsync<IOException>(
            () => PinningServerHost.RunAsync(new PinningServerOptions { DataFolder = server.Folder, Listen = "127.0.0.1:0" }));
        Assert.Contains("another pinning server", refusal.Message);
    }

    [Fact]
    public void Tokens_are_random_and_known_by_hash()
    {
        string token = AccessToken.Generate();

        Assert.Equal("wanda_".Length + 43, token.Length);
        Assert.NotEqual(token, AccessToken.Generate());
        Assert.Equal(64, AccessToken.Hash(token).Length);
    }

    private static async Task AssertStartsAsync(PinningServerOptions options)
    {
        using var stop = new CancellationTokenSource();
        bool started = false;
        await PinningServerHost.RunAsync(options, _ =>
        {
            started = true;
            stop.Cancel();
        }, stop.Token);
        Assert.True(started);
    }

    private static string Refused(PinningServerOptions options) => Assert.Throws<PinningServerOptionsException>(options.Validate).Message;
}
