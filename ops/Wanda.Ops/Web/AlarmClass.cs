namespace Wanda.Ops.Web;

/// <summary>The style of an alarm. A word always stands beside it: colour alone tells some readers nothing.</summary>
public static class AlarmClass
{
    /// <summary>The class's name.</summary>
    public static string Of(Alarm alarm) => alarm.ToString().ToLowerInvariant();
}
