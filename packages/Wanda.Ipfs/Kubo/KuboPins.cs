using System.Runtime.CompilerServices;

namespace Wanda.Ipfs;

/// <summary>A pin of a daemon: one for each CID, whoever asked for it.</summary>
/// <param name="Cid">What is kept.</param>
/// <param name="Mode">How much of it.</param>
/// <param name="Name">Its name; null when it has none or the daemon knows no names.</param>
public readonly record struct KuboPin(Cid Cid, PinMode Mode, string? Name);

/// <summary>The pins of a daemon. Adding and removing may be repeated, and are while the daemon is unavailable.</summary>
public sealed class KuboPins
{
    private readonly KuboRpc _rpc;
    private readonly KuboAbsence _absence;

    internal KuboPins(KuboRpc rpc) => (_rpc, _absence) = (rpc, new(rpc));

    /// <summary>Pins what the daemon has; a recursive pin fetches what is missing, without end if nobody has it: mind the token.</summary>
    /// <param name="cid">What to keep.</param>
    /// <param name="mode">How much of it.</param>
    /// <param name="name">A name; a daemon that knows none ignores it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KuboException">
    /// The daemon does not, for one because it has a recursive pin on it and a direct one was asked for.
    /// </exception>
    public Task AddAsync(Cid cid, PinMode mode = PinMode.Recursive, string? name = null, CancellationToken cancellationToken = default) =>
        _rpc.RepeatableAsync(
            "pin/add", [("arg", cid.ToString()), ("recursive", mode == PinMode.Recursive ? "true" : "false"), ("name", name)],
            json => json.List("Pins").Select(p => p.AsCid()).Any(p => p.Hash == cid.Hash)
                ? true
                : throw _rpc.Malformed($"was asked to pin {cid} and names another."),
            cancellationToken);

    /// <summary>Removes a pin of either mode.</summary>
    /// <returns>False when there was none.</returns>
    /// <exception cref="RemoteException">The daemon does not do it.</exception>
    public async Task<bool> RemoveAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _rpc.RepeatableAsync("pin/rm", [("arg", cid.ToString()), ("recursive", "true")], _ => true,
                cancellationToken).ConfigureAwait(false);
        }
        catch (KuboException)
        {
            if (await FindAsync(cid, cancellationToken).ConfigureAwait(false) is null)
                return false;
            throw;
        }
    }

    /// <summary>The pin of a CID; null when it has none of its own (what a recursive pin above it keeps counts as none).</summary>
    /// <remarks>
    /// Asked for each mode by itself: for any, a daemon walks all its pins, without end where one of them lacks a node.
    /// </remarks>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async Task<KuboPin?> FindAsync(Cid cid, CancellationToken cancellationToken = default) =>
        await FindAsync(cid, PinMode.Recursive, cancellationToken).ConfigureAwait(false)
        ?? await FindAsync(cid, PinMode.Direct, cancellationToken).ConfigureAwait(false);

    /// <summary>The pin of one mode of a CID; null when it has none.</summary>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async Task<KuboPin?> FindAsync(Cid cid, PinMode mode, CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var pin in ListAsync([("arg", cid.ToString()), ("type", Word(mode))], cancellationToken).ConfigureAwait(false))
                return pin;
        }
        catch (KuboException e)
        {
            if (!await _absence.IsOfAsync("pin/ls", [("type", Word(mode)), ("stream", "true"), ("names", "true")], cid, e,
                cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }

        return null;
    }

    /// <summary>Lists the pins, one by one as they come.</summary>
    /// <param name="mode">Only these; null for both.</param>
    /// <param name="cancellationToken">Stops listing.</param>
    /// <exception cref="RemoteException">The daemon does not tell.</exception>
    public async IAsyncEnumerable<KuboPin> ListAsync(
        PinMode? mode = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var one in mode is { } asked ? new[] { asked } : [PinMode.Recursive, PinMode.Direct])
        {
            await foreach (var pin in ListAsync([("type", Word(one))], cancellationToken).ConfigureAwait(false))
                yield return pin;
        }
    }

    private async IAsyncEnumerable<KuboPin> ListAsync(
        (string, string?)[] which, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // "names" is Kubo's since 0.27; with "stream" an answer is a line a pin, without (older daemons ignore it) one object.
        await foreach (var pins in _rpc.LinesAsync("pin/ls", [.. which, ("stream", "true"), ("names", "true")], null,
            json => json.Find("Keys") is { } keys
                ? keys.EnumerateObject().Select(k => Read(Cid.Parse(k.Name), k.Value)).ToList()
                : json.Find("Cid") is null ? [] : [Read(json.CidOf("Cid"), json)], cancellationToken).ConfigureAwait(false))
        {
            foreach (var pin in pins.OfType<KuboPin>())
                yield return pin;
        }
    }

    // Anything else is "indirect", or "indirect through" some CID.
    private static KuboPin? Read(Cid cid, System.Text.Json.JsonElement json) => json.Text("Type") switch
    {
        "recursive" => new(cid, PinMode.Recursive, NameOf(json)),
        "direct" => new(cid, PinMode.Direct, NameOf(json)),
        _ => null,
    };

    private static string Word(PinMode mode) => mode == PinMode.Recursive ? "recursive" : "direct";

    private static string? NameOf(System.Text.Json.JsonElement json) => json.TextOr("Name", "") is { Length: > 0 } name ? name : null;
}
