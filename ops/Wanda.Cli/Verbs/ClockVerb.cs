using System.CommandLine;
using Spectre.Console;
using Wanda.Hosting;
using Wanda.Ops;

namespace Wanda.Cli.Verbs;

/// <summary><c>wanda clock accept</c>: an operator's word that this machine's clock is right (law 10).</summary>
internal static class ClockVerb
{
    public static Command Create(VerbOptions options) => Verb.Group(options, "clock", "This machine's clock.",
        Verb.Create(options, "accept", "Say that the clock is right, though it jumped: releases and names go on from now.",
            async (_, node, output, cancellationToken) =>
            {
                await node.Get<ClockTrust>().AcceptAsync(cancellationToken);
                var now = TimeProvider.System.GetUtcNow();
                output.Write(new { accepted = now }, (console, done) => console.WriteLine(
                    $"Accepted: it is {OperatorTime.Full(done.accepted, TimeZoneInfo.Local)}, and that is the newest time on record.",
                    Styles.Plain));
                return ExitCodes.Done;
            }));
}
