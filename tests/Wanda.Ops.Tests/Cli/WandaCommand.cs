using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Wanda.Ops.Tests.Cli;

/// <summary>The built command, run as a process or, many times faster, in this one.</summary>
internal static class WandaCommand
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>The program.</summary>
    public static readonly string Executable = typeof(WandaCommand).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "WandaCommand").Value!;

    /// <summary>
    /// Runs the command's own entry point here: no runtime starts and nothing is compiled again. What it writes to the console by other
    /// ways than <see cref="Console.Out"/>, its working folder and its environment are this process's.
    /// </summary>
    public static async Task<(int Code, string Out, string Error)> RunHereAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Task.Run(() =>
        {
            Captured.Begin(output, error);
            return (int)Assembly.Load("wanda").EntryPoint!.Invoke(null, [arguments])!;
        }).WaitAsync(Bound);
        return (code, output.ToString(), error.ToString());
    }

    public static async Task<(int Code, string Out, string Error)> RunAsync(string workingFolder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder,
        };
        start.Environment.Remove("WANDA_CONFIG");
        start.Environment["TZ"] = "UTC";
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(Bound);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
        await process.WaitForExitAsync(bound.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Gives each run what it writes, also where several run at once.</summary>
    private sealed class Captured : TextWriter
    {
        private readonly AsyncLocal<TextWriter?> _here = new();
        private readonly TextWriter _otherwise;

        private static readonly Captured Out = new(Console.Out);
        private static readonly Captured Error = new(Console.Error);

        static Captured()
        {
            Console.SetOut(Out);
            Console.SetError(Error);
        }

        private Captured(TextWriter otherwise) => _otherwise = otherwise;

        public override Encoding Encoding => Encoding.UTF8;

        private TextWriter Now => _here.Value ?? _otherwise;

        public static void Begin(TextWriter output, TextWriter error) => (Out._here.Value, Error._here.Value) = (output, error);

        public override void Write(char value) => Now.Write(value);

        public override void Write(char[] buffer, int index, int count) => Now.Write(buffer, index, count);

        public override void Write(string? value) => Now.Write(value);

        public override void Flush() => Now.Flush();
    }
}
