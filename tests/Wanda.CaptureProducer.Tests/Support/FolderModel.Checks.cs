using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.CaptureProducer.Tests.Support;

internal sealed partial class FolderModel
{
    /// <summary>
    /// Waits until everything rests and was taken, which has to be there from now on. A pipe that is made when another was seen is seen in
    /// a later look: what came before both is decided about by then. What could not be taken at once (another process has the catalogue at
    /// its start) is tried again before anything else is done to it.
    /// </summary>
    public async Task RestAsync(Catalogue catalogue)
    {
        for (var pipes = 0; pipes < 2; pipes++)
        {
            var marker = RawName.FromText($"rest {++_made}"); // another name each time: news of one are no news of the next
            Assert.True(RawFiles.TryMake(root, marker.Bytes.Span, "pipe"));
            await Eventually.HoldsAsync(
                async () => (await catalogue.Intake.RefusedPathsAsync("dome", default)).Contains(marker), "the marker to be seen");
            File.Delete(Path.Combine(root, marker.ToString()));
            await Eventually.HoldsAsync(async () => (await catalogue.Intake.RefusalsAsync(1_000_000, default)).All(
                r => !r.Path.Equals(marker) && r.Code is not (RefusalCode.Failed or RefusalCode.Unreadable)),
                "everything to be decided about");
        }

        Rested();
    }

    private void Rested()
    {
        foreach (var (path, file) in _files.Where(f => !IsUnfinished(f.Key)))
        {
            if (file.Taken == file.Hash)
            {
                _gone.Remove(path);
                continue;
            }

            if (file.Taken is not null || !_gone.TryGetValue(path, out var before) || before != file.Hash)
                Expect(file);
            _gone.Remove(path);
            file.Taken = file.Hash;
        }
    }

    /// <summary>Compares the catalogue with what has to be there.</summary>
    public void Check(IReadOnlyList<CaptureRecord> captures, IReadOnlyList<RefusalRecord> refusals, string frames)
    {
        var found = captures.GroupBy(c => c.Sha256).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var (hash, (expected, names)) in _expected)
        {
            var count = found.TryGetValue(hash, out var same) ? same.Count : 0;
            if (count != expected && !(_optional.Contains(hash) && count == expected + 1))
                Fail($"{expected} captures of {hash[..6]}, {string.Join(", ", names)}, are expected, and there are {count}");
            // Also of what a kill left without its row.
            foreach (var capture in _optional.Contains(hash) ? [] : same!)
            {
                var path = capture.Folder is { } folder ? $"{folder}/{capture.OriginalName}" : $"{capture.OriginalName}";
                if (capture.OriginalName is null || !names.Contains(RawName.Parse(path)))
                    Fail($"{path} of {capture.Path} is not among {string.Join(", ", names)}");
            }
        }

        foreach (var (hash, same) in found.Where(f => !_expected.ContainsKey(f.Key)))
        {
            if (!_optional.Contains(hash) || same.Count > 1)
                Fail($"{same.Count} captures of {hash[..6]}, {same[0].SizeBytes} bytes of {same[0].FileName}, are not expected");
        }

        foreach (var capture in captures)
        {
            var stored = File.ReadAllBytes(Path.Combine(frames, capture.Path));
            if (Convert.ToHexStringLower(SHA256.HashData(stored)) != capture.Sha256)
                Fail($"{capture.Path} holds other bytes than {capture.FileName}");
        }

        var refused = refusals.ToDictionary(r => r.Path, r => r.Code);
        foreach (var (path, kind) in _others)
        {
            if (!refused.TryGetValue(path, out var reason) || !string.Equals(reason.ToString(), kind, StringComparison.OrdinalIgnoreCase))
                Fail($"{path} is a {kind}, and refused as: {(reason is null ? "nothing" : reason)}");
        }

        // A file with another name too may be a capture by that one.
        foreach (var path in _files.Where(f => !(IsUnfinished(f.Key) && f.Value.IsLinked)).Select(f => f.Key)
            .Where(p => IsUnfinished(p) != refused.ContainsKey(p)))
        {
            Fail($"{path} is {(refused.TryGetValue(path, out var reason) ? $"refused: {reason}" : "not refused")}");
        }
    }

    /// <summary>One capture more, under a name of the file.</summary>
    private void Expect(Known file)
    {
        var (count, names) = _expected.GetValueOrDefault(file.Hash, (0, []));
        names.UnionWith(_files.Where(f => f.Value == file).Select(f => f.Key));
        _expected[file.Hash] = (count + 1, names);
    }

    private static bool IsUnfinished(RawName path)
    {
        var name = Encoding.Latin1.GetString(path.Bytes.Span).Split('/')[^1];
        return name[0] is '.' or '~' || new[] { ".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~" }
            .Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }

    private void Fail(string what) => throw new UnreachableException($"{what}. After:\n{string.Join('\n', Done.TakeLast(120))}");
}
