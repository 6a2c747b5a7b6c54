using Wanda.Custody;

namespace Wanda.Cli.Verbs;

/// <summary>What <c>wanda</c> ends with.</summary>
internal static class ExitCodes
{
    /// <summary>It was done.</summary>
    public const int Done = 0;

    /// <summary>It could not be done, or not wholly; standard error says why.</summary>
    public const int NotDone = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary><c>wanda status --check</c>: somebody has to look.</summary>
    public const int NeedsYou = 3;

    /// <summary><c>wanda status --check</c>: frames are lost, or capture has stopped and each minute costs some.</summary>
    public const int LostOrStopped = 4;

    /// <summary>Stopped by Ctrl-C, as shells count it.</summary>
    public const int Stopped = 130;

    /// <summary>What <c>wanda status --check</c> ends with.</summary>
    public static int Of(Severity severity) => severity switch
    {
        >= Severity.Lost => LostOrStopped,
        Severity.NeedsYou => NeedsYou,
        _ => Done,
    };
}
