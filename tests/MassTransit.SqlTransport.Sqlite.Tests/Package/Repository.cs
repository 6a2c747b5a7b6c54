using System.Reflection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

internal static class Repository
{
    /// <summary>The folder of the sources that these tests were built from.</summary>
    public static string Root { get; } =
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
}
