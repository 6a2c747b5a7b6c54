namespace Wanda.Ipfs;

/// <summary>
/// A stream is not a CAR version 1, is cut short, or breaks a bound. A block that is not its CID is a <see cref="BlockMismatchException"/>
/// instead.
/// </summary>
public sealed class CarFormatException(string message) : FormatException(message);
