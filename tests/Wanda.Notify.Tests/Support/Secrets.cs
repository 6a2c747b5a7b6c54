namespace Wanda.Notify.Tests.Support;

/// <summary>A folder with files that hold secrets, gone with the test.</summary>
internal sealed class Secrets : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wanda-notify-").FullName;

    public string Of(string text, string name = "secret")
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
