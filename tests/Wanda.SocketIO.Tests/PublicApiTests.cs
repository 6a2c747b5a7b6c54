using Packages.Shared;

namespace Wanda.SocketIO.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_approved_one() => PublicApi.IsApproved(typeof(SocketIOServer).Assembly);
}
