namespace Wanda.Hosting;

/// <summary>
/// When frames are to come. A source that looks well and gives nothing, such as a plan that did not start, is told by that alone.
/// </summary>
public sealed record ExpectOptions
{
    /// <summary>The hours in which frames come, as <c>21:00-06:00</c> in the machine's own time. Default: none are expected.</summary>
    public UploadWindow? Hours { get; init; }

    /// <summary>After so long without any in those hours capture has stopped. Default 15 min.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(15);
}
