namespace Wanda.Hosting;

/// <summary>The console.</summary>
public sealed record OpsOptions
{
    /// <summary>Where it listens. Default <c>http://127.0.0.1:8080</c>; another machine's address needs <see cref="Token"/>.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    /// <summary>The token that a browser or a script must show. Required when <see cref="Listen"/> is not loopback.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// The names that the console is called by, beside those of <see cref="Listen"/>: <c>wanda.local</c>. Any other is refused, so that
    /// nobody's name that is pointed at this machine opens it. Default: none.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>
    /// Origins of other pages that may ask and change what their user may: <c>http://wanda.local:3000</c>. Default: none.
    /// </summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>
    /// The WANDA app beside this node, <c>http://127.0.0.1:5000</c>: what is asked for below <c>/api</c> and is not ours goes to it. Null:
    /// there is none.
    /// </summary>
    public string? App { get; init; }

    /// <summary>Says where it listens, without the token.</summary>
    public override string ToString() => $"{nameof(OpsOptions)} {{ Listen = {Listen} }}";
}
