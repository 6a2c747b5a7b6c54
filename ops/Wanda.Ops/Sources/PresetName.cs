using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>A preset's name, as an operator typed it.</summary>
public static class PresetName
{
    /// <summary>The name as it is written in the configuration.</summary>
    /// <exception cref="OpsException">There is no such preset.</exception>
    public static string Of(string typed)
    {
        try
        {
            return WatchPreset.Parse(typed).Name;
        }
        catch (FormatException e)
        {
            throw new OpsException(e.Message, e);
        }
    }
}
