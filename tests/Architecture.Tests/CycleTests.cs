namespace Architecture.Tests;

/// <summary>
/// Folders of a project stand on one another in one direction, so that one can be read, moved or tested without the other. What lies at the
/// root of a project is apart: it puts the folders together, and holds what they share.
/// </summary>
public class CycleTests
{
    // Uses that close a circle; empty is best. Whoever takes one away takes its line away, and none is added.
    private static readonly string[] Known =
    [
        "MassTransit.SqlTransport.Sqlite: Operator -> Configuration",
        "MassTransit.SqlTransport.Sqlite: Queues -> Operator",
        "MassTransit.SqlTransport.Sqlite: Transport -> Configuration",
        "Wanda.Cli: Verbs -> Demo",
        "Wanda.PinningServer: Access -> Pins",
        "Wanda.PinningServer: Access -> Room",
        "Wanda.PinningServer: Pins -> Frames",
    ];

    [Fact]
    public void Folders_stand_on_one_another_in_one_direction()
    {
        var uses = ProjectFile.Rooms.SelectMany(project => RoomSources.Uses(project)
            .Select(use => new Use(project.Name, FolderOf(project, use.User), FolderOf(project, use.Where), $"{use.User} uses {use.Used}"))
            .Where(use => use.From != use.To && use.From.Length > 0 && use.To.Length > 0)).ToList();
        var against = uses.Where(use => Known.Contains(use.Name)).ToList();
        var allowed = uses.Except(against).ToLookup(use => (use.Project, use.From), use => use.To);
        Report.None(uses.Except(against).Where(use => Leads(use.To, use.From, use.Project, allowed)).GroupBy(use => use.Name)
            .Select(circle => $"new: {circle.Key} ({string.Join(", ", circle.Select(use => use.Why).Distinct().Take(3))})")
            .Concat(Known.Except(against.Where(use => Leads(use.To, use.From, use.Project, allowed)).Select(use => use.Name))
                .Select(name => $"no more: {name}")));
    }

    /// <summary>Whether one folder stands on another, by whatever way.</summary>
    private static bool Leads(string from, string to, string project, ILookup<(string Project, string From), string> allowed)
    {
        var (seen, next) = (new HashSet<string> { from }, new Queue<string>([from]));
        while (next.TryDequeue(out var folder))
        {
            foreach (var below in allowed[(project, folder)].Where(seen.Add))
                next.Enqueue(below);
        }

        return seen.Contains(to);
    }

    private static string FolderOf(ProjectFile project, string file) => Path.GetDirectoryName(file[project.Folder.Length..])!;

    private sealed record Use(string Project, string From, string To, string Why)
    {
        public string Name => $"{Project}: {From} -> {To}";
    }
}
