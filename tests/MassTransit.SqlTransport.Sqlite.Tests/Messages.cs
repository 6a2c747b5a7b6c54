namespace MassTransit.SqlTransport.Sqlite.Tests;

public sealed record Ping(int Number, string? Text = null);

public sealed record Pong(int Number);

public sealed record Tracked(Guid CorrelationId, int Number) : CorrelatedBy<Guid>;
