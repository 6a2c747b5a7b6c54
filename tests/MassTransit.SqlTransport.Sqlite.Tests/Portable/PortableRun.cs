using System.Runtime.CompilerServices;
using Sqlite.Shared;

namespace MassTransit.SqlTransport.Sqlite.Tests.Portable;

/// <summary>
/// A run of these tests without what only POSIX has, for this process and its children: TEST_PORTABLE is "pipes" or "polling".
/// </summary>
internal static class PortableRun
{
    public const string Variable = "TEST_PORTABLE";

    public static string? Asked => Environment.GetEnvironmentVariable(Variable);

    [ModuleInitializer]
    internal static void Switch()
    {
        AppContext.SetSwitch(Portability.OnlyPortable, Asked is "pipes" or "polling");
        AppContext.SetSwitch(Portability.OnlyPolling, Asked is "polling");
    }
}
