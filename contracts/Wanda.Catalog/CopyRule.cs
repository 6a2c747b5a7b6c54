namespace Wanda.Catalog;

/// <summary>
/// What counts as a copy elsewhere (law 2), once: everybody who counts copies or opens a door asks by these words. They are about a row
/// <c>p</c> of proofs and a frame <c>c</c>; the twin that reads no database is <c>ReleasePolicy</c>.
/// </summary>
internal static class CopyRule
{
    /// <summary>Its destination is configured today, as the very place that gave it.</summary>
    public const string IsOfToday =
        "EXISTS (SELECT 1 FROM destinations d WHERE d.name = p.destination AND d.configured AND d.place = p.place)";

    /// <summary>It is of a copy that does not fail with this machine; in <c>wanda demo</c> any is.</summary>
    public const string IsCopy = $"(p.on_this_machine = 0 OR @countThisMachine) AND {IsOfToday}";

    /// <summary>It is of the frame's very CID, and counts.</summary>
    public const string Counts = $"p.subject = c.id AND p.cid = c.cid AND {IsCopy}";

    /// <summary>It opens a door at <c>@now</c>: see <see cref="CustodyProof.IsInForce"/>.</summary>
    public const string IsInForce = "p.expires_at > @now AND p.proven_at <= @now";

    /// <summary>Its destination is to stay: one that is being emptied holds copies for today, and opens no door.</summary>
    public const string Stays = "NOT EXISTS (SELECT 1 FROM destinations s WHERE s.name = p.destination AND s.drains)";

    /// <summary>
    /// Its destination missed nothing since: one that did is asked again for all that it proved before, and until then that opens no door.
    /// </summary>
    public const string IsUndoubted =
        "NOT EXISTS (SELECT 1 FROM destinations u WHERE u.name = p.destination AND p.proven_at < u.doubted_at)";
}
