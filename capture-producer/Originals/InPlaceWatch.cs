using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wanda.CaptureProducer.Folders;

namespace Wanda.CaptureProducer.Originals;

/// <summary>
/// Answers programs that wait to write to a frame in place. The kernel's signal tells that one does, and not of which file; it is looked
/// once a second as well.
/// </summary>
internal sealed partial class InPlaceWatch(InPlaceGuards guards, TimeProvider time, ILogger<InPlaceWatch> log) : BackgroundService
{
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var signal = PosixSignalRegistration.Create((PosixSignal)ReadLease.Signal, _ => wanted.Writer.TryWrite(true));
        using var timer = new PeriodicTimer(AtLeast, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var told = wanted.Reader.ReadAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            var one = await Task.WhenAny(tick, told);
            if (one == tick)
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            else
                told = wanted.Reader.ReadAsync(stoppingToken).AsTask();
            try
            {
                await guards.AnswerAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                NotAnswered(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Programs that wait to write to a frame could not be answered; it is tried again.")]
    private partial void NotAnswered(Exception e);
}
