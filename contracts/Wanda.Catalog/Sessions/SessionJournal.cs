using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wanda.Contracts;

namespace Wanda.Catalog;

/// <summary>
/// A session's journal: JSON lines in <c>.wanda/journal.jsonl</c> in the session's folder, which <see cref="JournalWriter"/> alone appends.
/// It is the catalogue's second copy, so it is not fsynced for each line: what a power cut took is told again. Earlier parts of it
/// may lie beside it as <c>journal.0001.jsonl</c> and so on: journals of the <see cref="OldLayout"/> that were found beside a newer one.
/// </summary>
public static class SessionJournal
{
    /// <summary>The journal's file name in <see cref="SessionFolder.Own"/>.</summary>
    public const string FileName = "journal.jsonl";

    private const int MaxLineBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Appends one line, whatever its number.</summary>
    public static Task AppendAsync(string sessionFolder, JournalEntry entry, CancellationToken cancellationToken) =>
        AppendAsync(sessionFolder, [entry], told: -1, newest: long.MaxValue, cancellationToken);

    /// <summary>
    /// Appends the lines that a journal does not have yet, in one write. A line begins with a line feed when the one before it was torn by
    /// a power cut.
    /// </summary>
    /// <param name="sessionFolder">The session's folder.</param>
    /// <param name="entries">The lines in the order of their facts.</param>
    /// <param name="told">Of the last line, the fact that it may be of at most: -1 takes all lines, null those that come after it.</param>
    /// <param name="newest">The newest fact that there is.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <exception cref="JournalAheadException">The journal has lines of facts that do not exist yet.</exception>
    internal static async Task AppendAsync(
        string sessionFolder, IReadOnlyList<JournalEntry> entries, long? told, long newest, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return;
        Directory.CreateDirectory(SessionFolder.Own(sessionFolder));
        // One write at the end, so that another program's do not mix with it.
        await using var file = new FileStream(
            SessionFolder.Journal(sessionFolder), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var (last, torn) = file.Position == 0 ? (0, false) : await TailAsync(file.Name, cancellationToken);
        if (last > newest)
            throw new JournalAheadException(file.Name);
        var lines = new MemoryStream(512 * entries.Count);
        foreach (var entry in entries.Where(e => !(e.Seq <= (told ?? last))))
        {
            if (torn && lines.Length == 0)
                lines.WriteByte((byte)'\n');
            await JsonSerializer.SerializeAsync(lines, entry, Json, cancellationToken);
            lines.WriteByte((byte)'\n');
        }

        await file.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), cancellationToken);
    }

    /// <summary>
    /// Reads a journal's lines in order. Torn, over-long and unknown lines are passed over; a missing journal has no lines.
    /// </summary>
    public static async IAsyncEnumerable<JournalEntry> ReadAsync(
        string sessionFolder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in Files(sessionFolder))
        {
            await foreach (var entry in ReadFileAsync(file, cancellationToken))
                yield return entry;
        }
    }

    /// <summary>The same, with what still lies in the old place (<see cref="OldLayout"/>) first.</summary>
    public static async IAsyncEnumerable<JournalEntry> ReadAsync(
        Catalogue catalogue, StorageRoot root, SessionName session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = root.FolderOf(session);
        if (await OldLayout.IsOwnAsync(catalogue, root, session, FileName, cancellationToken))
        {
            await foreach (var entry in ReadFileAsync(Path.Combine(folder, FileName), cancellationToken))
                yield return entry;
        }

        await foreach (var entry in ReadAsync(folder, cancellationToken))
            yield return entry;
    }

    /// <summary>How long a session's journal is, what still lies in the old place too.</summary>
    public static long BytesOf(string sessionFolder) =>
        Files(sessionFolder).Append(Path.Combine(sessionFolder, FileName)).Select(f => new FileInfo(f)).Sum(f => f.Exists ? f.Length : 0);

    /// <summary>The files that a session's journal consists of, the earliest first.</summary>
    internal static IReadOnlyList<string> Files(string sessionFolder)
    {
        var own = SessionFolder.Own(sessionFolder);
        return !Directory.Exists(own) ? [] : [
            .. Directory.GetFiles(own, "journal.*.jsonl").Order(StringComparer.Ordinal),
            .. Directory.GetFiles(own, FileName)];
    }

    /// <summary>The name of the next file that is read before the journal, and after the others.</summary>
    internal static string NextEarlier(string sessionFolder)
    {
        var number = 1;
        string path;
        while (File.Exists(path = Path.Combine(SessionFolder.Own(sessionFolder), $"journal.{number:0000}.jsonl")))
            number++;
        return path;
    }

    /// <summary>Whether a file holds any line that a journal has.</summary>
    internal static async Task<bool> HasLinesAsync(string path, CancellationToken cancellationToken)
    {
        await foreach (var entry in ReadFileAsync(path, cancellationToken))
        {
            if (entry.GetType() != typeof(JournalEntry))
                return true;
        }

        return false;
    }

    private static async IAsyncEnumerable<JournalEntry> ReadFileAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            yield break;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024, useAsync: true);
        await foreach (var line in LinesAsync(file, cancellationToken))
        {
            if (Parse(line.Span) is { } entry)
                yield return entry;
        }
    }

    private static JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        // A power cut leaves zeros, and an editor a mark at the beginning.
        line = line.TrimStart((byte)0);
        line = line.StartsWith(Encoding.UTF8.Preamble) ? line[Encoding.UTF8.Preamble.Length..] : line;
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize<JournalEntry>(line, Json);
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException)
        {
            return null;
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxLineBytes];
        int filled = 0;
        var skipping = false;
        while (true)
        {
            var read = await file.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            {
                if (!skipping)
                    yield return buffer.AsMemory(start, end);
                skipping = false;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
            {
                // Longer than any line of ours: not ours. Bounded memory matters more than its content.
                skipping = true;
                filled = 0;
            }

            if (read == 0)
                break;
        }

        if (filled > 0 && !skipping)
            yield return buffer.AsMemory(0, filled);
    }

    /// <summary>The number of the last line that has one, as far as a line's length back; and whether the end is torn.</summary>
    private static async Task<(long Seq, bool Torn)> TailAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        file.Seek(-Math.Min(file.Length, MaxLineBytes), SeekOrigin.End);
        var tail = new byte[(int)Math.Min(file.Length, MaxLineBytes)];
        tail = tail[..await file.ReadAtLeastAsync(tail, tail.Length, throwOnEndOfStream: false, cancellationToken)];
        var torn = tail is [.., not (byte)'\n'];
        for (var end = tail.Length; end > 0;)
        {
            var start = tail.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
            if (Parse(tail.AsSpan(start, end - start)) is { Seq: { } seq } && SoundFacts.IsNumber(seq))
                return (seq, torn);
            end = start - 1;
        }

        return (0, torn);
    }
}

/// <summary>A journal knows more than the catalogue, which is older then, and is filled before anything is written there.</summary>
internal sealed class JournalAheadException(string path)
    : IOException($"{path} has lines of facts that the catalogue does not know: it is older, and is filled from them first.");
