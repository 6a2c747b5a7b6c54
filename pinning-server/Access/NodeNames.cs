namespace Wanda.PinningServer;

/// <summary>Names that people take for one another: an operator who reads "Dome-1" must not have let in somebody beside "dome-1".</summary>
internal static class NodeNames
{
    /// <summary>A name among these that a new one looks like; null when there is none, or it is not new.</summary>
    public static string? LooksLike(string name, IReadOnlyCollection<string> known)
    {
        string look = Look(name);
        return known.Contains(name) ? null : known.FirstOrDefault(other => Look(other) == look);
    }

    // Upper and lower case, the separators, and the digits that letters look like.
    private static string Look(string name) => string.Create(name.Length, name, (look, text) =>
    {
        for (int i = 0; i < look.Length; i++)
        {
            look[i] = char.ToLowerInvariant(text[i]) switch
            {
                '_' or '.' => '-',
                '0' => 'o',
                '1' or 'i' => 'l',
                var letter => letter,
            };
        }
    });
}
