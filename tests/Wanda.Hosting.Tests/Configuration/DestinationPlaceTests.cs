namespace Wanda.Hosting.Tests.Configuration;

public sealed class DestinationPlaceTests
{
    private static readonly DestinationOptions Wanda = new() { Name = "home", Url = "https://pin.example.org" };

    private static readonly DestinationOptions Folder = new() { Kind = "folder", Path = "/mnt/nas/wanda", FailureDomain = "shelf" };

    private static readonly DestinationOptions Sftp = new() { Kind = "sftp", Url = "sftp://nas.example.org/volume1", User = "ana" };

    private static readonly DestinationOptions Service =
        new() { Kind = "pinning-service", Url = "https://api.example.org/psa", Gateway = "https://gw.example.org" };

    private static readonly DestinationOptions Kubo = new() { Kind = "kubo", Url = "http://10.0.0.5:5001", Public = true };

    private static DestinationOptions Pinata(string account) => new() { Kind = "pinata", Gateway = $"https://{account}.mypinata.cloud" };

    public static TheoryData<DestinationOptions, DestinationOptions> Same => new()
    {
        { Wanda, Wanda with { Name = "other", Token = "another", FailureDomain = "x", Concurrency = 1 } },
        { Wanda, Wanda with { Url = "https://PIN.example.org:443/" } },
        { Folder, Folder with { Path = "/mnt/nas/wanda/" } },
        { Sftp, Sftp with { Url = "sftp://nas.example.org:22/volume1/" } },
        { Service, Service with { CarUrl = "https://up.example.org", GatewayToken = "t" } },
        { Kubo, Kubo with { Url = "/ip4/10.0.0.5/tcp/5001", Shared = false } },
        { Kubo with { Url = "http://[::1]:5001" }, Kubo with { Url = "/ip6/::1/tcp/5001/http" } },
    };

    public static TheoryData<DestinationOptions, DestinationOptions> Others => new()
    {
        { Wanda, Wanda with { Url = "https://pin.example.net" } },
        { Wanda, Wanda with { Url = "http://pin.example.org" } },
        { Wanda, Wanda with { Url = "https://pin.example.org:8443" } },
        { Wanda, Wanda with { Url = "https://pin.example.org/two" } },
        { Wanda, Wanda with { Kind = "kubo" } },
        { Folder, Folder with { Path = "/mnt/nas2/wanda" } },
        { Sftp, Sftp with { User = "bo" } },
        { Sftp, Sftp with { Url = "sftp://nas.example.org/volume2" } },
        { Service, Service with { Url = "https://api.example.net/psa" } },
        { Service, Service with { Gateway = "https://gw.example.net" } },
        { Pinata("a"), Pinata("b") },
        { Kubo, Kubo with { Url = "/ip4/10.0.0.5/tcp/5002" } },
        { Kubo, Kubo with { Url = "/dns4/10.0.0.5/tcp/5001/tls/http" } },
        { Kubo with { Url = "unix:/run/a.sock" }, Kubo with { Url = "unix:/run/b.sock" } },
    };

    public static TheoryData<DestinationOptions, string, bool> Before => new()
    {
        { Wanda, "https://pin.example.org/", true },
        { Wanda, "https://pin.example.net/", false },
        { Folder, "/mnt/nas/wanda, past this machine's page cache", true },
        { Folder, "/mnt/nas2/wanda, past this machine's page cache", false },
        { Folder with { Path = "/media/*/wanda" }, "/media/usb0/wanda, perhaps from this machine's page cache", true },
        { Folder with { Path = "/media/*/wanda" }, "/srv/usb0/wanda, past this machine's page cache", false },
        { Sftp, "sftp://nas.example.org/volume1, as its server reads it", true },
        { Sftp, "sftp://nas.example.org/volume2, as its server reads it", false },
        { Service, "https://gw.example.org/", true },
        { Service, "https://api.example.org/psa", false },
        { Kubo, "http://10.0.0.5:5001/", true },
        { Kubo, "unix:/run/a.sock", false },
        { Kubo with { Url = "unix:/run/a.sock" }, "unix:/run/a.sock", true },
        { Kubo with { Url = "unix:/run/a.sock" }, "http://10.0.0.5:5001/", false },
    };

    public static TheoryData<DestinationOptions, bool> Read => new()
    {
        { Wanda with { Token = "secret" }, true },
        { Folder, true },
        { Folder with { Path = "/media/*/my frames" }, true },
        { Service with { GatewayToken = "secret" }, true },
        { Pinata("a"), true },
        { Service with { Gateway = null }, false },
        { Sftp, false },
        { Wanda with { Kind = "kubo" }, false },
    };

    [Theory, MemberData(nameof(Same))]
    public void A_name_a_token_or_a_limit_makes_no_other_place(DestinationOptions one, DestinationOptions other) =>
        Assert.Equal(one.Place, other.Place);

    [Theory, MemberData(nameof(Others))]
    public void Kind_and_where_it_points_make_another(DestinationOptions one, DestinationOptions other) =>
        Assert.NotEqual(one.Place, other.Place);

    [Theory, MemberData(nameof(Before))]
    public void A_proof_from_before_is_known_by_where_it_was_asked(DestinationOptions options, string endpoint, bool same) =>
        Assert.Equal(same, options.WasAskedAt(endpoint));

    [Theory, MemberData(nameof(Read))]
    public void A_place_that_shows_what_it_holds_can_be_read_without_a_secret(DestinationOptions options, bool shows)
    {
        var reading = DestinationPlace.Reading(options.Place, "before");
        Assert.Equal(shows ? options.Place : null, reading?.Place);
        Assert.Equal(shows ? "before" : null, reading?.Name);
        Assert.Null(reading?.Token ?? reading?.GatewayToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wanda")]
    [InlineData("wanda ftp://pin.example.org")]
    [InlineData("pinata https://api.pinata.cloud")]
    [InlineData("tape /dev/st0")]
    public void Nothing_is_read_from_what_is_no_place(string place) => Assert.Null(DestinationPlace.Reading(place, "before"));

    [Fact]
    public void A_place_holds_no_secret() =>
        Assert.DoesNotContain("secret", (Service with { Token = "secret", GatewayToken = "secret" }).Place, StringComparison.Ordinal);
}
