using System.Reflection;

namespace Wanda.Imaging.Tests.Support;

internal static class Fixture
{
    public static string RepositoryRoot { get; } =
        typeof(Fixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    public static string Path(string name) => System.IO.Path.Combine(RepositoryRoot, "tests", "Wanda.Imaging.Tests", "Fixtures", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));
}
