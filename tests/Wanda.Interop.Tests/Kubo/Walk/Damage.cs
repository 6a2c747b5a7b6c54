using Wanda.Ipfs;

namespace Wanda.Interop.Tests.Kubo.Walk;

/// <summary>What became of a block's file by our hand.</summary>
/// <param name="Kubo">Where.</param>
/// <param name="Frame">The frame that it is of.</param>
/// <param name="Block">The block.</param>
/// <param name="Kind">What was done.</param>
internal sealed record Damage(WalkKubo Kubo, WalkFrame Frame, Cid Block, string Kind)
{
    /// <summary>When it was done, or was there again after a power cut.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>How long its destination could not be asked before, all together.</summary>
    public TimeSpan OutageBefore { get; set; }

    /// <summary>When it was last seen: what was proven later was good then.</summary>
    public DateTimeOffset LastBad { get; set; }

    /// <summary>Whether it is still there.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Whether the node said so.</summary>
    public bool IsTold { get; set; }

    public override string ToString() => $"{Kind} of {Block} of {Frame.Name} at {Kubo.Name}, {At:HH:mm:ss.f}";

    /// <summary>Does it.</summary>
    public static async Task<Damage> DoAsync(WalkKubo kubo, WalkFrame frame, Cid block, Random random)
    {
        var file = kubo.FileOf(block);
        var kind = random.Next(4);
        switch (kind)
        {
            case 0:
                File.Delete(file);
                break;
            case 1:
                var bytes = await File.ReadAllBytesAsync(file);
                bytes[random.Next(bytes.Length)] ^= 1;
                await File.WriteAllBytesAsync(file, bytes);
                break;
            case 2:
                await File.WriteAllBytesAsync(file, []);
                break;
            default:
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
        }

        var now = TimeProvider.System.GetUtcNow();
        return new Damage(kubo, frame, block, new[] { "loss", "flipped bit", "emptying", "folder" }[kind]) { At = now, LastBad = now };
    }
}
