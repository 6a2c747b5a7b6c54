namespace MassTransit.SqlTransport.Sqlite.Tests.Disks;

/// <summary>
/// What a disk holds after the power goes. What was synced is there. Of what a file got since its last sync there is a prefix, or any part,
/// and the last of it may be torn in the middle. What a sync failed for is lost, whatever is synced later.
/// </summary>
internal sealed class PowerCut(IReadOnlyList<DiskOperation> operations)
{
    private const int Sector = 512;

    private readonly Dictionary<string, byte[]> _durable = [];
    private readonly Dictionary<string, List<DiskOperation>> _pending = [];
    private int _position;

    /// <summary>Goes on to after this many operations.</summary>
    public void MoveTo(int position)
    {
        for (; _position < position; _position++)
        {
            var operation = operations[_position];
            var pending = _pending.TryGetValue(operation.File, out var list) ? list : _pending[operation.File] = [];
            if (operation is DiskSyncFailed)
                pending.Clear();
            else if (operation is not DiskSync)
                pending.Add(operation);
            if (operation is not (DiskSync or DiskDelete { Durably: true }))
                continue;
            // SQLite syncs the folder with the first sync of a new log or journal; with it go the removals of files.
            if (operation is DiskSync && !_durable.ContainsKey(operation.File))
            {
                foreach (var removed in _pending.Where(p => p.Value is [.., DiskDelete]).Select(p => p.Key).ToList())
                    Settle(removed);
            }

            Settle(operation.File);
        }
    }

    private void Settle(string file)
    {
        if (Apply(_durable.GetValueOrDefault(file), _pending[file]) is { } content)
            _durable[file] = content;
        else
            _durable.Remove(file);
        _pending[file].Clear();
    }

    /// <summary>
    /// Writes what is left into a folder. Everything asked for has reached the disk when <paramref name="luck"/> is null.
    /// </summary>
    public void Leave(string folder, Random? luck)
    {
        foreach (var file in _pending.Keys)
        {
            var survived = luck is null ? _pending[file] : [.. _pending[file].Where(_ => luck.Next(2) == 0)];
            if (luck is not null && survived is [.., DiskWrite { Data.Length: > Sector } last])
                survived[^1] = last with { Data = last.Data[..(luck.Next(1 + last.Data.Length / Sector) * Sector)] };
            if (Apply(_durable.GetValueOrDefault(file), survived) is { } content)
                File.WriteAllBytes(Path.Combine(folder, file), content);
        }
    }

    private static byte[]? Apply(byte[]? content, List<DiskOperation> operations)
    {
        foreach (var operation in operations)
        {
            content = operation switch
            {
                DiskWrite write => Write(content ?? [], write),
                DiskTruncate truncate => Resize(content ?? [], (int)truncate.Size),
                _ => null, // deleted
            };
        }

        return content;
    }

    private static byte[] Write(byte[] content, DiskWrite write)
    {
        // Never in place: the durable content lives on.
        var result = Resize(content, (int)Math.Max(content.Length, write.Offset + write.Data.Length));
        write.Data.CopyTo(result, write.Offset);
        return result;
    }

    private static byte[] Resize(byte[] content, int length)
    {
        var result = new byte[length];
        content.AsSpan(0, Math.Min(length, content.Length)).CopyTo(result);
        return result;
    }
}
