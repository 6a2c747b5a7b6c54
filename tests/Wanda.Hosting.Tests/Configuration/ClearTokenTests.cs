using Microsoft.Extensions.Hosting;
using Wanda.Catalog;

namespace Wanda.Hosting.Tests.Configuration;

/// <summary>A token goes over TLS, or by the operator's word; what was in use before goes on.</summary>
public sealed class ClearTokenTests : IAsyncLifetime
{
    private static readonly DestinationOptions Nas =
        new() { Name = "nas", Url = "http://192.168.1.7:8090", Token = "secret", FailureDomain = "shelf" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-clear-");
    private Catalogue _catalogue = null!;

    public async Task InitializeAsync() =>
        _catalogue = await Catalogue.OpenAsync(Path.Combine(_folder.FullName, "catalogue.db"), TimeProvider.System, default);

    public async Task DisposeAsync()
    {
        await _catalogue.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public static TheoryData<DestinationOptions, bool> New => new()
    {
        { Nas, false },
        { Nas with { Token = null, TokenFile = "/etc/wanda/nas.token" }, false },
        { Nas with { Kind = "kubo", Public = true }, false },
        { Nas with { Kind = "pinata", Url = "", Public = true, Gateway = "http://gateway.example.org", GatewayToken = "secret" }, false },
        { Nas with { SendTokenUnencrypted = true }, true },
        { Nas with { Url = "https://192.168.1.7:8090" }, true },
        { Nas with { Url = "http://127.0.0.1:8090" }, true },
        { Nas with { Kind = "kubo", Public = true, Token = null }, true },
        { Nas with { Kind = "kubo", Public = true, Url = "/ip4/192.168.1.7/tcp/5001" }, false },
        { Nas with { Kind = "kubo", Public = true, Url = "/ip4/127.0.0.1/tcp/5001" }, true },
        { Nas with { Kind = "kubo", Public = true, Url = "unix:/run/ipfs/rpc.sock" }, true },
    };

    [Theory, MemberData(nameof(New))]
    public async Task A_new_one_in_clear_is_refused_without_a_word(DestinationOptions destination, bool taken)
    {
        var ensure = () => EnsureAsync(destination);
        if (taken)
        {
            await ensure();
            return;
        }

        var problem = Assert.Single((await Assert.ThrowsAsync<ConfigurationException>(ensure)).Problems);
        Assert.StartsWith("destinations[0]: the token of 'nas' would go to http://", problem);
        Assert.Contains("\"sendTokenUnencrypted\": true", problem);
        Assert.DoesNotContain("secret", problem);
    }

    [Fact]
    public async Task One_that_was_in_use_goes_on_and_with_another_address_it_is_new()
    {
        await RegisterAsync(Nas);
        await EnsureAsync(Nas with { Token = "another" });
        await EnsureAsync(Nas with { Name = "shelf" });
        await RegisterAsync();
        await EnsureAsync(Nas); // it was only taken out for a while
        await Assert.ThrowsAsync<ConfigurationException>(() => EnsureAsync(Nas with { Url = "http://192.168.1.8:8090" }));
    }

    /// <summary>A catalogue of a version before knows names alone; one that was lost and rebuilt, what proofs say.</summary>
    [Theory]
    [InlineData("a version before")]
    [InlineData("the journals")]
    [InlineData("the journals of a version before")]
    public async Task So_does_one_that_is_known_by_less(string by)
    {
        if (by == "a version before")
        {
            await RegisterAsync(Nas);
            await ExecuteAsync("UPDATE destinations SET place = NULL, configured = 0");
        }
        else
        {
            var place = by == "the journals" ? $"'{Nas.Place}'" : "NULL";
            await ExecuteAsync($"""
                INSERT INTO proofs (id, subject_kind, subject, cid, destination, failure_domain, on_this_machine, method, bytes, digest,
                    endpoint, place, proven_at, expires_at)
                VALUES ('1', 'Capture', 'x', 'bafk', 'nas', 'shelf', 0, 'Possession', 1, 'd', 'http://192.168.1.7:8090/', {place},
                    '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z')
                """);
        }

        await EnsureAsync(Nas);
        await Assert.ThrowsAsync<ConfigurationException>(() => EnsureAsync(Nas with { Name = "other", Url = "http://10.0.0.9" }));
    }

    [Fact]
    public async Task A_node_with_a_new_one_does_not_start()
    {
        var data = Path.Combine(_folder.FullName, "data");
        var options = WandaConfiguration.Validated(new WandaOptions { Data = data, Destinations = [Nas] });
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        await Assert.ThrowsAsync<ConfigurationException>(() => builder.AddWandaNodeAsync(options, TimeProvider.System, default));
    }

    private Task EnsureAsync(DestinationOptions destination) =>
        ClearTokens.EnsureAsync(new WandaOptions { Destinations = [destination] }, _catalogue, default);

    private Task RegisterAsync(params DestinationOptions[] destinations) => _catalogue.Destinations.RegisterAsync(
        [.. destinations.Select(d => new ConfiguredDestination(d.Name, d.Kind, d.Domain, d.Place, d.WasAskedAt))], default);

    private async Task ExecuteAsync(string sql)
    {
        await using var db = new Microsoft.Data.Sqlite.SqliteConnection(
            $"Data Source={Path.Combine(_folder.FullName, "catalogue.db")};Pooling=False");
        await db.OpenAsync();
        await using var command = db.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
