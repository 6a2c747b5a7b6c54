namespace Wanda.PinningServer;

/// <summary>The form for an invite, and the invite, which is shown once.</summary>
internal static class InvitePage
{
    public static Html Ask(OperatorSession? session) => Layout.Page("Invite", session, Html.Of($"""
        <h1>Invite a node</h1>
        {Layout.Form(session, "/invite", Html.Of($"""
            <p><label>Name <input name="node" required maxlength="64" pattern="[A-Za-z0-9._\-]+" autocomplete="off"></label></p>
            <p><label>Quota in GB <input name="quota" inputmode="decimal" placeholder="the server's default"></label></p>
            <p><label>Good for <input name="days" type="number" min="1" max="90" value="7"> days</label></p>
            <p><label><input type="checkbox" name="addOnly" value="on"> It may add and read, and remove nothing</label></p>
            <p><label><input type="checkbox" name="replace" value="on"> It is here already and gets a new token for what it has</label></p>
            <p><button>Make an invite</button></p>
            """))}
        """));

    /// <param name="session">Who is logged in.</param>
    /// <param name="invitation">What was promised.</param>
    /// <param name="join">What to type on the node.</param>
    /// <param name="until">Until when.</param>
    public static Html Show(OperatorSession? session, Invitation invitation, string join, DateTimeOffset until) =>
        Layout.Page("Invite", session, Html.Of($"""
            <h1>An invite for {invitation.Node}</h1>
            <p>Good once, until {Written.Clock(until)}. On the node:</p>
            <pre>{join}</pre>
            <p>{QrCode.Of(join)}</p>
            <p><strong>It is shown here only</strong>: the server keeps its hash. It ends the other open invites of {invitation.Node}.</p>
            <p><a href="/">Nodes</a></p>
            """));
}
