namespace Wanda.PinningServer;

/// <summary>Pins on their nodes' accounts.</summary>
internal static class PinAccount
{
    /// <summary>A settled pin came (1) or went (-1).</summary>
    public static void Count(this QuotaLedger ledger, Pin pin, int sign) =>
        ledger.Count(pin.Node, pin.Session, sign, sign * pin.Bytes, sign * pin.Overhead);
}
