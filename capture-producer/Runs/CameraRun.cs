using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Cameras;
using Wanda.CaptureProducer.Gate;
using Wanda.Catalog;
using Wanda.Contracts;
using Wanda.Custody;
using Wanda.Hosting;
using Wanda.Imaging.Fits;

namespace Wanda.CaptureProducer;

/// <summary>One camera's frames, one exposure after the other, in sessions of a night each or of a fixed number of frames.</summary>
internal sealed partial class CameraRun(
    CameraOptions options, ICamera camera, FrameIntake intake, ActiveSessions sessions,
    SourceAccount account, TimeProvider time, ILogger<CameraRun> log)
{
    private SessionName? _current;

    /// <summary>Takes frames until the session has them all, or the process stops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var started = time.GetTimestamp();
            TimeSpan rest;
            try
            {
                if (!await NextAsync(cancellationToken))
                    return;
                failures = 0;
                await account.ReportAsync(SourceState.Running, null, cancellationToken);
                rest = options.Interval - time.GetElapsedTime(started);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageRootException or CameraException)
            {
                // The night goes on: the next exposure may work, and the operator is told.
                rest = Backoff.Delay(failures++);
                NotSaved(options.Name, rest, e.Message);
                var detail = e is StorageFullException full ? $"{full.Detail}" : e.Message;
                await account.ReportAsync(SourceState.Waiting, new(CodeOf(e), detail), cancellationToken);
            }

            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, time, cancellationToken);
        }
    }

    private static SourceCode CodeOf(Exception e) => e switch
    {
        CameraException => SourceCode.Camera,
        StorageRootException => SourceCode.Storage,
        StorageFullException { IsForGood: true } => SourceCode.TooLarge,
        StorageFullException => SourceCode.NoRoom,
        _ => SourceCode.NotSaved,
    };

    /// <summary>Takes the next frame; false when the session has them all.</summary>
    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        var session = options.Session is { } fixedName ? new SessionName(fixedName) : Night();
        if (_current is { } before && before != session)
            await sessions.EndAsync(before, cancellationToken);
        _current = session;
        var number = await sessions.NextNumberAsync(session, cancellationToken);
        if (options.Frames > 0 && number > options.Frames)
        {
            await sessions.EndAsync(session, cancellationToken);
            return false;
        }

        await sessions.OpenAsync(session, SessionKind.Camera, cancellationToken);
        await TakeAsync(session, number, cancellationToken);
        return true;
    }

    private Task<CaptureRecord> TakeAsync(SessionName session, int number, CancellationToken cancellationToken) =>
        intake.SaveAsync(new NewFrame
        {
            Session = session,
            Number = number,
            FileName = SessionNumbers.FileName(session, number),
            SizeBytes = options.FrameBytes,
            Source = options.Name,
            Write = async (file, cancellationToken) =>
            {
                await using var hashing = new HashingStream(file);
                var request = new ExposureRequest(number, options.Exposure) { Gain = options.Gain, Object = options.Object };
                var exposed = await camera.ExposeAsync(request, hashing, null, cancellationToken);
                return new FrameFacts(hashing.Sha256(), exposed.TakenAt, FrameReader.ToJson(new FrameMetadata
                {
                    ExposureSeconds = exposed.Exposure.TotalSeconds,
                    Gain = exposed.Gain,
                    SensorTemperature = exposed.Temperature,
                    Filter = exposed.Filter,
                    Object = exposed.Object,
                }));
            },
        }, cancellationToken);

    private SessionName Night() => new($"{SessionName.NightOf(time.GetUtcNow(), time.LocalTimeZone)}-{options.Name}");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Camera}: a frame was not saved; the next try is in {Delay}. {Reason}")]
    private partial void NotSaved(string camera, TimeSpan delay, string reason);
}
