namespace Wanda.Notify.Tests.Support;

/// <summary>What tests tell.</summary>
internal static class Told
{
    public static readonly Notification Warning = new()
    {
        Id = "n1",
        Key = "silent/dome-1",
        Title = "Kuppel „Süd“ schweigt 🔭",
        Text = "Zuletzt gehört: gestern.\nSieh nach.",
        Link = new Uri("https://pin.example.org/pins?node=dome-1"),
        At = new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.Zero),
    };

    /// <summary>Loses no time in tests.</summary>
    public static readonly SendingOptions Once = new() { Tries = 1 };
}
