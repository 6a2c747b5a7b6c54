namespace Wanda.Ops.Web;

/// <summary>The style of an alarm. A word always stands beside it: colour alone tells some readers nothing.</summary>
public static class AlarmClass
{
    /// <summary>The class's name, or names: what is worse than trouble looks like it, and more.</summary>
    public static string Of(Alarm alarm) => alarm switch
    {
        Alarm.CaptureStopped => "trouble stopped",
        Alarm.Lost => "trouble lost",
        _ => alarm.ToString().ToLowerInvariant(),
    };
}
