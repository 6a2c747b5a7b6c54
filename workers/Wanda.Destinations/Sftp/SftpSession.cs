using System.Buffers.Binary;
using System.Collections.Concurrent;
using Wanda.Destinations.Files;
using Wanda.Hosting;

namespace Wanda.Destinations.Sftp;

/// <summary>
/// SFTP version 3 over a started <c>ssh</c>, as much of it as a durable copy needs. The libraries at hand cannot ask a server to put a file
/// on its disk (<c>fsync@openssh.com</c>), and a copy that is not there may not open a release.
/// </summary>
internal sealed class SftpSession : IDisposable
{
    private const uint Version = 3;
    private const int MaxAnswerBytes = 256 * 1024 + 1024;
    private const byte Init = 1, VersionAnswer = 2;
    private static readonly string[] Needed = ["fsync@openssh.com", "posix-rename@openssh.com"];

    private readonly SshProcess _ssh;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<SftpAnswer>> _asked = new();
    private readonly SemaphoreSlim _line = new(1, 1);
    private int _id;
    private long _lastHeard;
    private Task<Exception>? _broken;

    private SftpSession(SshProcess ssh, TimeSpan patience, TimeProvider time) => (_ssh, _patience, _time) = (ssh, patience, time);

    /// <summary>Whether it can be used no more.</summary>
    public bool IsBroken => _broken is { IsCompleted: true };

    /// <exception cref="FileStoreException">The server does not answer, refuses us, or lacks what is needed.</exception>
    public static async Task<SftpSession> OpenAsync(DestinationOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var session = new SftpSession(SshProcess.Start(options), options.Timeout, time);
        try
        {
            await session.GreetAsync(cancellationToken);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and gives its answer.</summary>
    /// <param name="type">The message's number.</param>
    /// <param name="fill">Writes what follows the id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FileStoreException">The line broke, or nothing came within the destination's timeout.</exception>
    public async Task<SftpAnswer> AskAsync(byte type, Action<SftpRequest> fill, CancellationToken cancellationToken)
    {
        var id = (uint)Interlocked.Increment(ref _id);
        var request = new SftpRequest(type, id);
        fill(request);
        var answer = new TaskCompletionSource<SftpAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        if (_broken is { IsCompleted: true } broken)
            answer.TrySetException(await broken);
        try
        {
            await SendAsync(request.ToBytes(), cancellationToken);
            await WhileItMovesAsync(answer.Task, cancellationToken);
            return await answer.Task;
        }
        catch (TimeoutException)
        {
            Dispose();
            throw new FileStoreException($"the SFTP server did not answer within {_patience.TotalSeconds:0} s");
        }
        catch (IOException e) when (e is not FileStoreException)
        {
            throw await (_broken ?? Task.FromResult<Exception>(e));
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    public void Dispose() => _ssh.Dispose();

    /// <summary>A slow line is not a dead one: the time runs from the last answer to anything.</summary>
    private async Task WhileItMovesAsync(Task task, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await task.WaitAsync(_patience, _time, cancellationToken);
                return;
            }
            catch (TimeoutException) when (_time.GetElapsedTime(Volatile.Read(ref _lastHeard)) < _patience)
            {
                // It answered something else meanwhile.
            }
        }
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(new SftpRequest(Init, Version).ToBytes(), cancellationToken);
            var hello = await ReadAsync(cancellationToken).WaitAsync(_patience, _time, cancellationToken);
            if (hello.Type != VersionAnswer || hello.Int() != Version)
                throw new FileStoreException("the server speaks another SFTP than version 3", needsOperator: true);
            var offered = new List<string>();
            for (; !hello.IsAtEnd; hello.Data())
                offered.Add(hello.Text());
            if (Needed.Except(offered).FirstOrDefault() is { } missing)
            {
                throw new FileStoreException($"the SFTP server cannot put a file on its disk for certain (it lacks {missing}); OpenSSH 6.5 "
                    + "or newer can", needsOperator: true);
            }
        }
        catch (TimeoutException)
        {
            throw new FileStoreException($"the SFTP server did not answer within {_patience.TotalSeconds:0} s");
        }
        catch (IOException e) when (e is not FileStoreException)
        {
            throw await _ssh.WhyAsync(_time, e);
        }

        _broken = ListenAsync();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _line.WaitAsync(cancellationToken);
        try
        {
            // A request that is begun is sent whole, or the next one would be taken for its rest.
            await WhileItMovesAsync(_ssh.Input.WriteAsync(bytes, CancellationToken.None).AsTask(), CancellationToken.None);
            await _ssh.Input.FlushAsync(CancellationToken.None);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("the SFTP connection is closed", e);
        }
        finally
        {
            _line.Release();
        }
    }

    /// <summary>Gives each answer to who asked, until there are no more. Returns why.</summary>
    private async Task<Exception> ListenAsync()
    {
        Exception why;
        try
        {
            while (true)
            {
                var answer = await ReadAsync(CancellationToken.None);
                Volatile.Write(ref _lastHeard, _time.GetTimestamp());
                if (_asked.TryRemove(answer.Int(), out var asked))
                    asked.TrySetResult(answer);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            why = await _ssh.WhyAsync(_time, e);
        }

        foreach (var asked in _asked.Values)
            asked.TrySetException(why);
        return why;
    }

    private async Task<SftpAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[5];
        await _ssh.Output.ReadExactlyAsync(head, cancellationToken);
        var length = BinaryPrimitives.ReadInt32BigEndian(head) - 1;
        if (length is < 0 or > MaxAnswerBytes)
            throw new IOException($"the SFTP server sent an answer of {length} bytes");
        var body = new byte[length];
        await _ssh.Output.ReadExactlyAsync(body, cancellationToken);
        return new SftpAnswer(head[4], body);
    }
}
