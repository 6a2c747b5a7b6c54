namespace Wanda.PinningServer;

/// <summary>Where the operator's token is asked for.</summary>
internal static class LoginPage
{
    public static Html Ask(string? why) => Layout.Page("Log in", null, Html.Of($"""
        <h1>WANDA pinning server</h1>
        {(why is null ? Html.None : Html.Of($"""<p class="bad" role="alert">{why}</p>"""))}
        {Layout.Form(null, "/login", Html.Of($"""
            <p><label>The operator's token, from <code>{OperatorToken.FileName}</code> in the data folder
            <input name="token" type="password" required autocomplete="current-password"></label></p>
            <p><button>Log in</button></p>
            """))}
        """));

    public static Html Refused(string what, OperatorSession? session) => Layout.Page("Not done", session, Html.Of($"""
        <h1>Not done</h1>
        <p>{what}</p>
        <p><a href="/">Back</a></p>
        """));
}
