namespace Wanda.Imaging.Reading;

/// <summary>Sentences for the operator about one file; a file that gives cause for hundreds gets the first.</summary>
internal sealed class Remarks
{
    private const int Most = 16;
    private readonly List<string> _all = [];

    public void Add(string sentence)
    {
        if (_all.Count < Most && !_all.Contains(sentence))
            _all.Add(sentence);
    }

    /// <summary>A number that no camera, sky or place on earth has.</summary>
    public double? Impossible(string what, string? value)
    {
        Add($"{what} is {HeaderText.Quote(value)}, which cannot be; it is left out.");
        return null;
    }

    public IReadOnlyList<string> ToList() => [.. _all];
}
