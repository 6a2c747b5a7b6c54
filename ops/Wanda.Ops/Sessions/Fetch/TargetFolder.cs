using Wanda.Contracts;

namespace Wanda.Ops;

/// <summary>
/// A folder that files come back into under names that are bytes. Whatever a name says, it leads below this folder only, and through no
/// link that lies in it.
/// </summary>
internal abstract class TargetFolder(string path) : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Opens a folder that is there.</summary>
    public static TargetFolder At(string path) => OperatingSystem.IsLinux() ? new PosixTarget(path) : new PortableTarget(path);

    /// <summary>The SHA-256 of the file of this name; null when there is none.</summary>
    /// <exception cref="IOException">Something else is there, or it cannot be read.</exception>
    public abstract Task<string?> HashAsync(RawName name, CancellationToken cancellationToken);

    /// <summary>Gives a file that was completed in this folder its name, below folders that are made when they are missing.</summary>
    /// <exception cref="IOException">The name is taken, leads through something that is no folder, or the disk refuses.</exception>
    public abstract void Place(string part, RawName name);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
