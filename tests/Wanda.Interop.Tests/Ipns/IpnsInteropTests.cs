using System.Text.Json;
using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Ipns;

/// <summary>Our IPNS records and npm ipns', each read by the other.</summary>
public class IpnsInteropTests
{
    private const string Value = "/ipfs/bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

    private readonly NodeKey _key = NodeKey.Generate();
    private readonly DateTimeOffset _tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul << 40)]
    [InlineData((1ul << 63) - 1)]
    public async Task The_peer_believes_our_record(ulong sequence)
    {
        var record = IpnsRecord.Create(_key, Value, sequence, _tomorrow, TimeSpan.FromMinutes(7));

        using var seen = JsonDocument.Parse(await ValidateAsync(record.Bytes));

        Assert.Equal(Value, seen.RootElement.GetProperty("value").GetString());
        Assert.Equal(sequence.ToString(), seen.RootElement.GetProperty("sequence").GetString());
        Assert.Equal("420000000000", seen.RootElement.GetProperty("ttl").GetString());
        Assert.Equal(_tomorrow, DateTimeOffset.Parse(seen.RootElement.GetProperty("validity").GetString()!.Replace("00Z", "Z")));
    }

    [Fact]
    public async Task The_peer_refuses_what_was_changed_on_the_way()
    {
        byte[] record = IpnsRecord.Create(_key, Value, 1, _tomorrow).Bytes.ToArray();
        record[^1] ^= 1;

        await Assert.ThrowsAsync<PeerException>(() => ValidateAsync(record));
    }

    [Fact]
    public async Task We_believe_the_peers_record()
    {
        string made = await NodePeer.RunAsync("ipns.mjs", "", "create", Convert.ToBase64String(_key.ToLibp2p()), Value, "42", "3600000");

        var record = IpnsRecord.Parse(Convert.FromBase64String(made));

        record.Validate(_key.PeerId, TimeProvider.System.GetUtcNow());
        Assert.Equal((Value, 42ul), (record.Value, record.Sequence));
        Assert.Throws<IpnsRecordExpiredException>(() => record.Validate(_key.PeerId, _tomorrow));
    }

    [Fact]
    public async Task Both_pick_the_same_newest_record()
    {
        IpnsRecord[] records =
        [
            IpnsRecord.Create(_key, Value, 3, _tomorrow),
            IpnsRecord.Create(_key, Value, 5, _tomorrow),
            IpnsRecord.Create(_key, Value, 5, _tomorrow.AddHours(1)),
            IpnsRecord.Create(_key, Value, 4, _tomorrow.AddDays(9)),
        ];
        string input = string.Join('\n', records.Select(r => Convert.ToBase64String(r.Bytes.Span)));

        int picked = int.Parse(await NodePeer.RunAsync("ipns.mjs", input, "select", _key.PeerId.IpnsName));

        Assert.Same(records.Max(), records[picked]);
    }

    private Task<string> ValidateAsync(ReadOnlyMemory<byte> record) =>
        NodePeer.RunAsync("ipns.mjs", Convert.ToBase64String(record.Span), "validate", _key.PeerId.IpnsName);
}
