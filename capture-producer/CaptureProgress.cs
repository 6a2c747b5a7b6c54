using System.Collections.Concurrent;

namespace Wanda.CaptureProducer;

/// <summary>Whether anything is left to capture: what <c>wanda demo --exit-when-settled</c> waits for.</summary>
public sealed class CaptureProgress
{
    private readonly ConcurrentBag<Func<bool>> _idle = [];

    /// <summary>
    /// True when every session with a fixed number of frames has them, and every watched folder holds nothing that was not taken.
    /// </summary>
    public bool IsIdle => !_idle.IsEmpty && _idle.All(idle => idle());

    internal void Track(Func<bool> isIdle) => _idle.Add(isIdle);
}
