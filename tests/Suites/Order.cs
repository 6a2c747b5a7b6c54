namespace Suites;

/// <summary>Which suites start first: those that take longest, so that none of them runs by itself at the end.</summary>
internal static class Order
{
    private static readonly string[] First =
    [
        "Wanda.Workers.Tests", "Wanda.Interop.Tests", "Wanda.EndToEnd.Tests", "Wanda.PinningServer.Tests", "Wanda.Ops.Tests",
        "MassTransit.SqlTransport.Sqlite.Tests", "Wanda.Ipfs.Tests", "Wanda.Destinations.Tests",
    ];

    public static int PlaceOf(string suite) => Array.IndexOf(First, suite) is >= 0 and var place ? place : First.Length;
}
