using System.Text;
using Wanda.CaptureProducer.Folders;
using Wanda.CaptureProducer.Kinds;
using Wanda.CaptureProducer.Watch;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Imaging;

namespace Wanda.CaptureProducer.Survey;

/// <summary>
/// Looks through a folder before it is watched: by names and sizes, and by a sample of files that is read whole. Follows no link, as the
/// watch does.
/// </summary>
/// <param name="time">Measures how fast the sample is read.</param>
public sealed class FolderSurveyor(TimeProvider time)
{
    /// <summary>How many files are looked at.</summary>
    public const int MostFiles = 500_000;

    private const int SampleSize = 20;

    /// <summary>Looks.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public async Task<FolderSurvey> LookAsync(string path, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        var folder = SourceFolder.At(path);
        _ = folder.Entries(null); // that it can be read at all
        var survey = new FolderSurvey { Path = path, NotRemovable = PosixCalls.WhyNotWritable(path) };
        var sample = new List<(RawName Path, FileLook Look)>();
        var traces = new Traces();
        foreach (var entry in Walk(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (survey.Frames + survey.Videos + survey.Sidecars == MostFiles)
            {
                survey = survey with { HasMore = true };
                break;
            }

            traces.See(entry.Path);
            survey = Count(survey, entry, path);
            if (entry.Look is { Kind: EntryKind.File } look && KindOf(entry.Path) == CaptureKind.Frame)
                Keep(sample, (entry.Path, look), survey.Frames);
        }

        return await SampleAsync(survey with { Preset = traces.Preset }, folder, sample, cancellationToken);
    }

    private static FolderSurvey Count(FolderSurvey survey, FolderEntry entry, string root)
    {
        if (entry.Look is not { } look)
            return survey with { Unreadable = survey.Unreadable + 1 };
        if (look.Kind == EntryKind.Folder)
        {
            return survey with
            {
                Folders = survey.Folders + 1,
                NotRemovable = survey.NotRemovable ?? WhyNotWritable(root, entry.Path),
            };
        }

        if (look.Kind != EntryKind.File || UnfinishedNames.Reason(entry.Path) is not null)
            return survey;
        var kind = KindOf(entry.Path);
        return survey with
        {
            Frames = survey.Frames + (kind == CaptureKind.Frame ? 1 : 0),
            Videos = survey.Videos + (kind == CaptureKind.Video ? 1 : 0),
            Sidecars = survey.Sidecars + (kind == CaptureKind.Sidecar ? 1 : 0),
            Bytes = survey.Bytes + (kind == CaptureKind.Sidecar ? 0 : look.SizeBytes),
            Oldest = look.ModifiedAt is { } at && !(at >= survey.Oldest) ? at : survey.Oldest,
            Newest = look.ModifiedAt is { } late && !(late <= survey.Newest) ? late : survey.Newest,
        };
    }

    private static string? WhyNotWritable(string root, RawName folder) =>
        PosixCalls.WhyNotWritable(Path.Combine(root, Encoding.UTF8.GetString(folder.Bytes.Span))) is { } why ? $"{folder}: {why}" : null;

    private static CaptureKind KindOf(RawName path) => FileKinds.Of(FileSorter.Split(path).Name.ToString(), [], () => false);

    /// <summary>Every so many-th: when there are twice as many as wanted, each second one is let go.</summary>
    private static void Keep(List<(RawName, FileLook)> sample, (RawName, FileLook) file, int count)
    {
        var step = 1;
        while (step * SampleSize * 2 < count)
            step *= 2;
        if (count % step != 0)
            return;
        var isFull = sample.Count == SampleSize * 2;
        for (var i = sample.Count - 2; isFull && i >= 0; i -= 2)
            sample.RemoveAt(i);
        sample.Add(file);
    }

    private static IEnumerable<FolderEntry> Walk(SourceFolder folder)
    {
        var folders = new Stack<RawName?>([null]);
        while (folders.TryPop(out var at))
        {
            foreach (var entry in Entries(folder, at))
            {
                yield return entry;
                if (entry.Look is { Kind: EntryKind.Folder } && UnfinishedNames.Reason(entry.Path) is null)
                    folders.Push(entry.Path);
            }
        }
    }

    private static IReadOnlyList<FolderEntry> Entries(SourceFolder folder, RawName? at)
    {
        try
        {
            return folder.Entries(at);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return at is null ? [] : [new FolderEntry(at, null)];
        }
    }

    private async Task<FolderSurvey> SampleAsync(
        FolderSurvey survey, SourceFolder folder, List<(RawName Path, FileLook Look)> sample, CancellationToken cancellationToken)
    {
        var (read, bytes, incomplete) = (0, 0L, 0);
        var started = time.GetTimestamp();
        for (var i = 0; i < Math.Min(SampleSize, sample.Count); i++)
        {
            var (path, look) = sample[i * sample.Count / Math.Min(SampleSize, sample.Count)];
            try
            {
                using var file = folder.Open(path);
                if (await FrameCopy.HashAsync(file, look, cancellationToken) is null)
                    continue;
                (read, bytes) = (read + 1, bytes + look.SizeBytes);
                if ((await FrameFile.InspectAsync(file.Path, cancellationToken)).Completeness == FrameCompleteness.Incomplete)
                    incomplete++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                survey = survey with { Unreadable = survey.Unreadable + 1 };
            }
        }

        var seconds = time.GetElapsedTime(started).TotalSeconds;
        return survey with
        {
            Sampled = read,
            SampledIncomplete = incomplete,
            BytesPerSecond = seconds > 0 ? bytes / seconds : 0,
        };
    }
}
