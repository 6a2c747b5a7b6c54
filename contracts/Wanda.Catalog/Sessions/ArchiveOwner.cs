using System.Globalization;
using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>Whose pins keep a session's archive on its node; written <c>session/NAME/REVISION</c>.</summary>
/// <param name="Session">The session.</param>
/// <param name="Revision">Which of its archives, from 1.</param>
public readonly record struct ArchiveOwner(SessionName Session, int Revision)
{
    private const string Kind = "session";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Session}/{Revision}";

    /// <summary>Reads what <see cref="ToString"/> wrote; false for any other owner.</summary>
    public static bool TryParse(string? text, out ArchiveOwner owner)
    {
        owner = default;
        if (text?.Split('/') is not [Kind, var name, var number] || !SessionName.IsValid(name)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            return false;
        }

        owner = new ArchiveOwner(new SessionName(name), revision);
        return true;
    }
}
