using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Wanda.Cli.Demo;

/// <summary>The demo's log: everything goes into a file, so that the terminal stays with the frames.</summary>
internal sealed class DemoLog(string path, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly StreamWriter _writer = new(path, append: true) { AutoFlush = true };

    /// <summary>Warnings and errors that nobody has shown yet.</summary>
    public ConcurrentQueue<string> Warnings { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() => _writer.Dispose();

    private void Write(LogLevel level, string category, string message, Exception? error)
    {
        if (level >= LogLevel.Warning && Warnings.Count < 100)
            Warnings.Enqueue(message);
        lock (_lock)
        {
            _writer.WriteLine($"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {level,-11} {category}: {message}");
            if (error is not null)
                _writer.WriteLine(error);
        }
    }

    private sealed class Logger(DemoLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(logLevel, category, formatter(state, exception), exception);
    }
}
