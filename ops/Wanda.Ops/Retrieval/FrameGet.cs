using System.Security.Cryptography;
using Files.Shared;

namespace Wanda.Ops;

/// <summary>What became of a frame that was asked for.</summary>
public sealed record FrameGetReport
{
    /// <summary><c>SESSION/NUMBER</c>; null for a CID that is no frame's.</summary>
    public string? Frame { get; init; }

    /// <summary>Its CID; null while it has none.</summary>
    public string? Cid { get; init; }

    /// <summary>The file, absolute; null when it went to a stream.</summary>
    public string? File { get; init; }

    /// <summary>Its size.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of what was written, hex; for a frame it is the one of its saving.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Where it came from; empty when the file was there before, whole.</summary>
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>Bytes that came from elsewhere.</summary>
    public long FetchedBytes { get; init; }

    /// <summary>The places that were asked in vain.</summary>
    public IReadOnlyList<SourceAnswer> Tried { get; init; } = [];
}

/// <summary>Brings one frame back, from wherever it is.</summary>
public sealed class FrameGet(FrameRetrieval retrieval)
{
    /// <summary>Writes the frame to a file: whole, compared and on disk under its name, or not there.</summary>
    /// <param name="what">The frame; see <see cref="FrameRetrieval.FindAsync"/>.</param>
    /// <param name="path">The file, or a folder for its own name. Default: its own name in the folder that is current.</param>
    /// <param name="cancellationToken">Stops it; for a frame of this node the same call goes on where this one stopped.</param>
    /// <exception cref="RetrievalException">It was found nowhere, or broke off everywhere.</exception>
    /// <exception cref="OpsException">There is no such frame, it was discarded, or another file of this name is there.</exception>
    public async Task<FrameGetReport> ToFileAsync(string what, string? path, CancellationToken cancellationToken)
    {
        var wanted = await retrieval.FindAsync(what, cancellationToken);
        path = Target(wanted, path);
        if (File.Exists(path))
        {
            var there = await PartFile.HashAsync(path, cancellationToken);
            return there == wanted.Capture?.Sha256
                ? new FrameGetReport
                {
                    Frame = FrameOf(wanted),
                    Cid = wanted.Cid?.ToString(),
                    File = path,
                    Bytes = wanted.Capture.SizeBytes,
                    Sha256 = there,
                    From = [],
                }
                : throw new OpsException($"{path} is there already, and is not {wanted.Name}. It was left alone; name another file.");
        }

        await using var frame = await retrieval.OpenAsync(wanted, keep: true, cancellationToken);
        await frame.OpenAsync(cancellationToken);
        var folder = Path.GetDirectoryName(path)!;
        var part = new PartFile(folder, wanted.Id, part =>
        {
            File.Move(part, path, overwrite: false);
            DurableFile.SyncFolder(folder);
        });
        var sha256 = await part.CompleteAsync(frame, wanted.Capture?.Sha256, cancellationToken)
            ?? throw new RetrievalException($"{wanted.Name}: {PartFile.NotWhatWasSaved}", frame.Tried);
        return Report(wanted, frame, sha256) with { File = path };
    }

    /// <summary>Writes the frame to a stream: each byte was verified, and what is there when this throws is a part.</summary>
    /// <inheritdoc cref="ToFileAsync"/>
    public async Task<FrameGetReport> ToStreamAsync(string what, Stream to, CancellationToken cancellationToken)
    {
        var wanted = await retrieval.FindAsync(what, cancellationToken);
        await using var frame = await retrieval.OpenAsync(wanted, keep: true, cancellationToken);
        await frame.OpenAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (int count; (count = await frame.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            hash.AppendData(buffer, 0, count);
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        await to.FlushAsync(cancellationToken);
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return wanted.Capture is null || wanted.Capture.Sha256 == sha256
            ? Report(wanted, frame, sha256)
            : throw new RetrievalException($"{wanted.Name}: {PartFile.NotWhatWasSaved}", frame.Tried);
    }

    private static string Target(WantedFrame wanted, string? path)
    {
        if (path is not null && !Directory.Exists(path))
        {
            path = Path.GetFullPath(path);
            return Directory.Exists(Path.GetDirectoryName(path))
                ? path
                : throw new OpsException($"There is no folder {Path.GetDirectoryName(path)}.");
        }

        return PartFile.IsName(wanted.FileName)
            ? Path.GetFullPath(Path.Combine(path ?? ".", wanted.FileName))
            : throw new OpsException($"{wanted.Name} is called '{wanted.FileName}', which is no file name here. Name the file.");
    }

    private static FrameGetReport Report(WantedFrame wanted, RetrievedFrame frame, string sha256) => new()
    {
        Frame = FrameOf(wanted),
        Cid = wanted.Cid?.ToString(),
        Bytes = frame.Length,
        Sha256 = sha256,
        From = frame.From,
        FetchedBytes = frame.FetchedBytes,
        Tried = frame.Tried,
    };

    private static string? FrameOf(WantedFrame wanted) => wanted.Capture is null ? null : wanted.Name;
}
