using Wanda.Custody;

namespace Wanda.Workers.Tests.Stores;

/// <summary>A frame of the night, as everything stood when its node stopped.</summary>
/// <param name="Row">Its row.</param>
/// <param name="WasOld">Whether it was saved when the older copy of the stores was taken.</param>
/// <param name="WasFreedOld">Whether it was freed by then.</param>
/// <param name="IsHere">Whether its file is in its place.</param>
/// <param name="IsThere">Whether the destination has its bytes.</param>
internal sealed record NightFrame(CaptureRecord Row, bool WasOld, bool WasFreedOld, bool IsHere, bool IsThere)
{
    public string Name => Row.FileName;

    public bool IsDiscarded => Row.DiscardedAt is not null;

    public override string ToString() =>
        $"{Row.Session}/{Row.Number} {Name}{(IsHere ? " here" : "")}{(IsThere ? " there" : "")}{(IsDiscarded ? " discarded" : "")}";
}
