using Wanda.Custody;
using Wanda.Destinations;
using Wanda.Hosting;
using Wanda.Ipfs;
using Wanda.Workers.Offload;
using Wanda.Workers.Tests.Support;

namespace Wanda.Workers.Tests.Offload;

/// <summary>A service that offers no way to prove what it holds gives no proof; it is asked once and not again.</summary>
public sealed class UnprovableTests : NodeTest
{
    [Fact]
    public async Task It_gets_its_copy_once_and_its_word_is_no_proof()
    {
        var options = new DestinationOptions
        {
            Name = TestNode.Destination,
            Kind = "pinning-service",
            Url = "https://psa.example.org",
            Token = "t",
        };
        var service = new Unprovable();
        using var breaker = new DestinationBreaker(options, Node.Catalogue, Node.Queues, Node.Time);
        using var offloader = new Offloader(service, options, breaker, new UploadLimits(options, Node.Catalogue, Node.Queues, Node.Time),
            new UploadLine(options, new Uplink(Node.Time), Node.Catalogue, Node.Time), Node.Catalogue, Node.Time);
        var item = new OffloadItem(SubjectKind.Capture, "a", Cid.Parse("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
            new PinLabels("m42", "a.fits"));
        Assert.False(options.GivesProof);
        Assert.Null(await offloader.OffloadAsync(item, default));
        Assert.Null(await offloader.OffloadAsync(item, default));
        Assert.False(await offloader.IsProvenAsync(item, default));
        Assert.Equal(1, service.Pushes);
        Assert.Empty(await Node.Catalogue.Custody.ProofsOfAsync("a", default));
        Assert.Equal(item.Cid.ToString(), (await Node.Catalogue.Custody.FindPushAsync(options.Name, "a", default))!.Cid);
    }

    private sealed class Unprovable : IDestination
    {
        public int Pushes { get; private set; }

        public string Name => TestNode.Destination;

        public Task<string?> PushAsync(OffloadItem item, CancellationToken cancellationToken)
        {
            Pushes++;
            return Task.FromResult<string?>("1");
        }

        public Task<CustodyProof?> ProveAsync(OffloadItem item, CancellationToken cancellationToken) =>
            Task.FromResult<CustodyProof?>(null);

        public Task UnpinAsync(string remoteId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
