using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Frames;

public sealed record FrameTaken(string Name);

public sealed class FrameConsumer : IConsumer<FrameTaken>
{
    public static readonly TaskCompletionSource Done = new();

    public async Task Consume(ConsumeContext<FrameTaken> context)
    {
        await using var db = new FrameContext();
        db.Add(new Frame { Name = context.Message.Name });
        await db.SaveChangesAsync();
        Done.TrySetResult();
    }
}

public sealed class Frame
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}

public sealed class FrameContext : DbContext
{
    public DbSet<Frame> Frames => Set<Frame>();

    protected override void OnConfiguring(DbContextOptionsBuilder options) =>
        options.UseSqlite($"Data Source={Path.Combine(Environment.GetCommandLineArgs()[1], "frames.db")}");
}
