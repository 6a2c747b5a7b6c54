using Wanda.Catalog;

namespace Wanda.Workers.Offload.Room;

/// <summary>How much a session will bring, guessed from the sessions before it.</summary>
internal static class NightVolume
{
    /// <summary>
    /// What to ask room for, in this order. A session that has ended is what it is, and what of it still waits is asked for first:
    /// tonight's guess must not take its room. An open one is taken for as large as the largest of its kind that has ended, or for what it
    /// has brought when that is more; before the first has ended nothing is guessed.
    /// </summary>
    /// <param name="recent">The newest sessions.</param>
    /// <param name="asked">What was asked for before: what a session did not need after all is given back once it is all there.</param>
    public static IReadOnlyList<(string Session, long Bytes)> Of(IReadOnlyList<SessionVolume> recent, IReadOnlyCollection<string> asked)
    {
        var ended = recent.Where(s => s.EndedAt is not null).ToList();
        var open = recent.Where(s => s.EndedAt is null)
            .Select(s => (s.Session.Value, Bytes: ended.Where(e => e.Kind == s.Kind).Select(e => e.Bytes).Append(s.Bytes).Max()));
        return [.. ended.Where(s => s.Waiting > 0 || asked.Contains(s.Session.Value)).Select(s => (s.Session.Value, s.Bytes)).Concat(open)
            .Where(w => w.Bytes > 0)];
    }
}
