namespace Wanda.Imaging.Tests.Support;

/// <summary>A folder of the test's own, removed with it.</summary>
public sealed class TempFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("wanda-imaging-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
