namespace Wanda.PinningServer;

/// <summary>What every page has around it, and the pieces that they share.</summary>
internal static class Layout
{
    public const string StylePath = "/operator.css";

    /// <summary>The name of the field that shows that a form is of a page of ours.</summary>
    public const string FormField = "form";

    /// <summary>A whole page.</summary>
    /// <param name="title">Its name.</param>
    /// <param name="session">Of whoever is logged in; null on the pages before that.</param>
    /// <param name="content">What it is about.</param>
    public static Html Page(string title, OperatorSession? session, Html content)
    {
        var head = session is null ? Html.None : Html.Of($"""
            <header>
            <nav><a href="/">Nodes</a> <a href="/pins">Pins</a> <a href="/invite">Invite</a> <a href="/log">Log</a></nav>
            {Form(session, "/logout", Html.Of($"<button>Log out</button>"))}
            </header>
            """);
        var said = session?.Said() is { } what ? Html.Of($"""<p class="said" role="status">{what}</p>""") : Html.None;
        return Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} - WANDA pinning server</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="{StylePath}">
            </head>
            <body>
            {head}
            <main>
            {said}
            {content}
            </main>
            </body>
            </html>

            """);
    }

    /// <summary>A form that does something.</summary>
    public static Html Form(OperatorSession? session, string action, Html content) => Html.Of($"""
        <form method="post" action="{action}"><input type="hidden" name="{FormField}" value="{session?.Form}">{content}</form>
        """);

    /// <summary>The same, behind a word that wants to be opened first: what cannot be taken back is two clicks away.</summary>
    public static Html Guarded(OperatorSession? session, string word, string action, Html content) => Html.Of($"""
        <details><summary>{word}</summary>{Form(session, action, content)}</details>
        """);

    /// <summary>A field that is not seen.</summary>
    public static Html Hidden(string name, string value) => Html.Of($"""<input type="hidden" name="{name}" value="{value}">""");

    /// <summary>A link to what there is of a node.</summary>
    public static Html Node(string node) => Html.Of($"""<a href="/pins?node={Uri.EscapeDataString(node)}">{node}</a>""");

    /// <summary>A link to the page after this one.</summary>
    public static Html Older(string page, string? node, long before) =>
        Html.Of($"""<p><a href="{page}?before={before}&node={Uri.EscapeDataString(node ?? "")}">Older ones</a></p>""");

    /// <summary>A table that falls apart into its rows where the page is narrow: so each cell says whose column it is.</summary>
    public static Html Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Html>> rows) => Html.Of($"""
        <table>
        <thead><tr>{columns.Select(c => Html.Of($"<th>{c}</th>"))}</tr></thead>
        <tbody>
        {rows.Select(row => Html.Of($"<tr>{row.Select((cell, i) => Html.Of($"""<td data-column="{columns[i]}">{cell}</td>"""))}</tr>\n"))}
        </tbody>
        </table>
        """);

    /// <summary>Text as a cell.</summary>
    public static Html Text(string? text) => Html.Of($"{text}");
}
