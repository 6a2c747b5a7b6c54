namespace Wanda.Ops;

/// <summary>Marks an endpoint that whoever may only look may ask.</summary>
internal sealed class ForViewers;
