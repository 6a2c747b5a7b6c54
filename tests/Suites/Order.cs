namespace Suites;

/// <summary>Which suites start first, and which run by themselves.</summary>
internal static class Order
{
    // It computes more than it waits, and other makes' daemons, browsers and clients have time-outs of their own.
    private const string Interop = "Wanda.Interop.Tests";

    // Those that take longest first, so that none of them runs on when the others have ended.
    private static readonly string[] First =
    [
        Interop, "Wanda.Workers.Tests", "Wanda.EndToEnd.Tests", "Wanda.PinningServer.Tests", "Wanda.Ops.Tests",
        "MassTransit.SqlTransport.Sqlite.Tests", "Wanda.Ipfs.Tests", "Wanda.Destinations.Tests",
    ];

    public static bool IsAlone(string suite) => suite == Interop;

    public static int PlaceOf(string suite) => Array.IndexOf(First, suite) is >= 0 and var place ? place : First.Length;
}
