using Packages.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

public sealed class PublicApi_Tests
{
    [Fact]
    public void The_public_api_is_the_approved_one() => PublicApi.IsApproved(typeof(SqliteQueues).Assembly);
}
