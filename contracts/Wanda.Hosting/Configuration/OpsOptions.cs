namespace Wanda.Hosting;

/// <summary>The console.</summary>
public sealed record OpsOptions
{
    /// <summary>Where it listens. Default <c>http://127.0.0.1:8080</c>; another machine's address needs <see cref="Token"/>.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    /// <summary>The token that a browser or a script must show. Required when <see cref="Listen"/> is not loopback.</summary>
    public string? Token { get; init; }

    /// <summary>Says where it listens, without the token.</summary>
    public override string ToString() => $"{nameof(OpsOptions)} {{ Listen = {Listen} }}";
}
