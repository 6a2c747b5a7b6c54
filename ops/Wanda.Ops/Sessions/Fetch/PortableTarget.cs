using Files.Shared;
using Wanda.Contracts;

namespace Wanda.Ops;

/// <summary>
/// The twin of <see cref="PosixTarget"/> for systems whose names are text: what is none, or may not be in a name there, is written as
/// screens show it, with '_' for what is forbidden.
/// </summary>
internal sealed class PortableTarget(string path) : TargetFolder(path)
{
    private static readonly char[] Forbidden = [.. System.IO.Path.GetInvalidFileNameChars(), '\\', ':'];

    public override async Task<string?> HashAsync(RawName name, CancellationToken cancellationToken)
    {
        var file = Resolve(name);
        return File.Exists(file) ? await PartFile.HashAsync(file, cancellationToken) : null;
    }

    public override void Place(string part, RawName name)
    {
        var file = Resolve(name);
        DurableFile.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.Move(part, Resolve(name), overwrite: false);
        DurableFile.SyncFolder(System.IO.Path.GetDirectoryName(file)!);
    }

    private string Resolve(RawName name)
    {
        var at = Path;
        foreach (var segment in FetchPaths.Segments(name))
        {
            if (new FileInfo(at).LinkTarget is not null && at != Path)
                throw new IOException($"{at} is a link, and is not followed.");
            var text = string.Join('_', new RawName(segment).ToString().Split(Forbidden));
            at = System.IO.Path.Combine(at, text is "." or ".." ? "_" : text);
        }

        return new FileInfo(at).LinkTarget is null ? at : throw new IOException($"{at} is a link, and is not followed.");
    }
}
