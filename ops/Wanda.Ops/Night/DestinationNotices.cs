using Wanda.Custody;
using Wanda.Hosting;

namespace Wanda.Ops;

/// <summary>What an operator has to know, or to say, of a destination's machine and of the way there.</summary>
internal static class DestinationNotices
{
    private const string Write = "Write \"sameMachine\": false in its configuration if it is another machine, true if it is this one.";

    public static IEnumerable<Notice> Of(IReadOnlyList<DestinationRecord> known, WandaOptions options)
    {
        var configured = options.Destinations.Select(d => (Known: known.FirstOrDefault(k => k.Name == d.Name), Options: d))
            .Where(d => d.Known is not null).Select(d => (Known: d.Known!, d.Options)).ToList();
        foreach (var notice in configured.SelectMany(d => Of(d.Known, d.Options, options.IsDemo)))
            yield return notice;
        var proving = configured.FindAll(d => d.Options is { GivesProof: true, Drain: false });
        if (!options.IsDemo && proving.Count > 0 && proving.TrueForAll(d => d.Known is { MachineHere: true, Machine: Machine.This }))
        {
            yield return new(Severity.NeedsYou,
                "No destination is on another machine, so no frame is ever released: "
                    + $"{proving[0].Known.Name} {proving[0].Known.MachineHow}. Add one that is.", "/")
            {
                Need = new(NeedCode.NoOtherMachine),
                Brief = NeedWords.Of(NeedCode.NoOtherMachine),
            };
        }
        else if (options.Release.When != ReleaseWhen.Never
            && Domains(proving, options) is > 0 and var domains && domains < options.Release.Copies)
        {
            yield return new(Severity.NeedsYou,
                $"Frames are to be proven in {options.Release.Copies:N0} failure domains (release.copies), and the destinations that can "
                    + $"are in {domains:N0}, so no frame is ever released. Add one, or lower release.copies.", "/")
            {
                Brief = "too few destinations for release.copies",
            };
        }
    }

    private static int Domains(List<(DestinationRecord Known, DestinationOptions Options)> proving, WandaOptions options) =>
        proving.Where(d => options.IsDemo || d.Known.MachineHere is not true)
            .Select(d => d.Known.MachineDomain ?? d.Known.FailureDomain).Distinct(StringComparer.OrdinalIgnoreCase).Count();

    private static IEnumerable<Notice> Of(DestinationRecord known, DestinationOptions configured, bool demo)
    {
        if (configured is { InClear: { } address, SendTokenUnencrypted: false })
        {
            yield return new(Severity.Waiting,
                $"{known.Name}: its token goes to {address} unencrypted, for anybody on the way to read and use. Write an address that "
                    + "begins with https://, or \"sendTokenUnencrypted\": true.", "/");
        }

        if (!configured.GivesProof || demo)
            yield break;
        if (known.Machine == Machine.Unknown && (configured.SameMachine ?? known.SameMachine) is null)
        {
            var (severity, meanwhile) = (known.JudgedByAddress, known.MachineHere) switch
            {
                (true, false) => (Severity.Waiting, "it counts as another one, as before"),
                (true, _) => (Severity.Waiting, "it counts as this one, as before"),
                _ => (Severity.NeedsYou, "its copies release nothing"),
            };
            yield return new(severity, $"Is {known.Name} on this machine? It {known.MachineHow}. Until you say, {meanwhile}. {Write}", "/")
            {
                Brief = $"say whether {known.Name} is on this machine",
            };
        }

        if (known.Machine == Machine.This && (configured.SameMachine ?? known.SameMachine) is false)
        {
            yield return new(Severity.NeedsYou,
                $"{known.Name} {known.MachineHow}, whatever \"sameMachine\" says: its copies fail with this machine and release nothing.",
                "/")
            { Brief = $"{known.Name} is on this machine" };
        }
    }
}
