using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Wanda.Cli.Verbs;
using Wanda.Hosting;
using Wanda.PinningServer;

namespace Wanda.Cli.Server;

/// <summary>
/// A flag of <c>wanda pinning-server</c> that sets one of the server's limits. It is called as the option is, and the option's bounds are
/// its own.
/// </summary>
internal sealed class ServerFlag
{
    private static readonly PinningServerOptions Defaults = new() { DataFolder = "" };

    private static readonly Form Size = new("SIZE", "a number of bytes, or with a unit, as 500MB or 2GB", t => ByteSize.Parse(t).Bytes,
        v => new ByteSize((long)v).ToString());
    private static readonly Form Rate = new("SIZE", Size.Written, t => (double)ByteSize.Parse(t).Bytes,
        v => new ByteSize((long)(double)v).ToString());
    private static readonly Form Count = new("N", "a whole number",
        t => long.Parse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), v => $"{v}");
    private static readonly Form Part = new("PART", "a number, as 0.9",
        t => double.Parse(t, NumberStyles.Float, CultureInfo.InvariantCulture), v => ((double)v).ToString(CultureInfo.InvariantCulture));
    private static readonly Form Time = new("TIME", ParsedOption.Times,
        t => ParsedOption.TryTime(t, out var time) ? time : null, v => $"{v}");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ServerFlag> All =
    [
        new(nameof(Defaults.MinFreeBytes), Size, "What uploads leave free on the disk."),
        new(nameof(Defaults.MaxUploadBytes), Size, "The largest upload.", "what the node's quota has left, or the disk"),
        new(nameof(Defaults.MaxUploads), Count, "Uploads at once."),
        new(nameof(Defaults.MaxUploadsPerNode), Count, "Of these, how many one node may have."),
        new(nameof(Defaults.MaxOpenUploads), Count, "Resumable uploads that a node may have begun."),
        new(nameof(Defaults.UploadLifetime), Time, "How long a resumable upload waits for its next part."),
        new(nameof(Defaults.MinUploadRate), Rate, "The slowest upload that is waited for, a second."),
        new(nameof(Defaults.MaxRequestsPerMinute), Count, "Requests of one node, and without a token of one address."),
        new(nameof(Defaults.MaxSessions), Count, "Sessions of a node that room is kept for."),
        new(nameof(Defaults.SessionLifetime), Time, "How long room is kept for a session that is not renewed."),
        new(nameof(Defaults.MaxQueuedPins), Count, "Pins of a node whose bytes nobody has sent yet."),
        new(nameof(Defaults.MaxNames), Count, "IPNS names that a node may publish."),
        new(nameof(Defaults.MaxPossessionBlocks), Count, "Blocks that a possession question may name."),
        new(nameof(Defaults.WarnAt), Part, "From which part of its quota, or of the disk, a node is warned."),
        new(nameof(Defaults.WarnBeforeExpiry), Time, "How long before its token ends a node is warned."),
        new(nameof(Defaults.KeepUnpinned), Time, "How long a pin stays after its node ended it."),
        new(nameof(Defaults.MaintainEvery), Time, "How often blocks that nobody pins are collected."),
        new(nameof(Defaults.InspectEvery), Time, "In how long everything that is pinned is read once."),
        new(nameof(Defaults.MaxAlertsPerHour), Count, "Alerts that a channel of --notify is told in an hour."),
        new(nameof(Defaults.MaxAuditEntries), Count, "Entries kept of the audit log."),
    ];

    private readonly PropertyInfo _property;
    private readonly Option<object?> _option;

    private ServerFlag(string key, Form form, string description, string? without = null)
    {
        _property = typeof(PinningServerOptions).GetProperty(key)!;
        _option = ParsedOption.Parsed(NameOf(key), $"{description} Default {without ?? form.Write(_property.GetValue(Defaults)!)}.", null,
            (string text, out object? value) =>
            {
                value = form.TryRead(text, _property.PropertyType);
                return value is not null;
            }, form.Written);
        _option.HelpName = form.Help;
    }

    /// <summary>For the command.</summary>
    public Option Option => _option;

    /// <summary>What an option of the server is called on the command line.</summary>
    public static string NameOf(string key) => key switch
    {
        nameof(Defaults.DataFolder) => "--data",
        nameof(Defaults.Nodes) => "--node",
        nameof(Defaults.TrustedProxies) => "--trusted-proxy",
        _ => "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(key.EndsWith("Bytes", StringComparison.Ordinal) ? key[..^5] : key),
    };

    /// <summary>The options with what was given.</summary>
    public static PinningServerOptions Apply(ParseResult result, PinningServerOptions options)
    {
        var changed = options with { };
        foreach (var flag in All)
        {
            if (result.GetValue(flag._option) is { } value)
                flag._property.SetValue(changed, value);
        }

        return changed;
    }

    /// <summary>The server's complaints begin with the option's name; here that is a flag.</summary>
    public static PinningServerOptionsException Named(PinningServerOptionsException wrong) => new([.. wrong.Errors.Select(error =>
    {
        var key = error[..error.IndexOf(' ', StringComparison.Ordinal)];
        return typeof(PinningServerOptions).GetProperty(key) is null ? error : NameOf(key) + error[key.Length..];
    })]);

    private sealed record Form(string Help, string Written, Func<string, object?> Read, Func<object, string> Write)
    {
        public object? TryRead(string text, Type type)
        {
            try
            {
                return Read(text) is { } value
                    ? Convert.ChangeType(value, Nullable.GetUnderlyingType(type) ?? type, CultureInfo.InvariantCulture)
                    : null;
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                return null;
            }
        }
    }
}
