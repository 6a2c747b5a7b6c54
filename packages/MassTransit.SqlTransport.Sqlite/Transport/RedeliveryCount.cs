using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MassTransit.Context;

namespace MassTransit.SqlTransport.Sqlite.Transport;

/// <summary>
/// Shows MassTransit how often a message was redelivered, where it looks. The count lies with the delivery; retry policies look for it
/// among the message's headers, and a serializer that puts messages into envelopes takes those from the envelope, which stays as it was
/// sent: policies would begin anew for ever.
/// </summary>
internal sealed class RedeliveryCount : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) =>
        next.Send(CountOf(context) is { } count && context.GetRedeliveryCount() != count
            ? new Redelivered(context, count)
            : context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("redelivery-count");

    // Most messages come for the first time, and have no such headers.
    private static int? CountOf(ConsumeContext context) =>
        context.TryGetPayload<SqlMessageContext>(out var message) && message.TransportMessage.TransportHeaders is not null
            ? message.TransportMessage.GetTransportHeaders().Get(MessageHeaders.RedeliveryCount, default(int?))
            : null;

    private sealed class Redelivered(ConsumeContext context, int count) : ConsumeContextProxy(context)
    {
        public override Headers Headers { get; } = new Counted(context.Headers, count);
    }

    /// <summary>The headers of a message, with the count for whoever asks for it; it is not passed on with the others.</summary>
    private sealed class Counted(Headers headers, int count) : Headers
    {
        public IEnumerable<KeyValuePair<string, object>> GetAll() => headers.GetAll();

        public bool TryGetHeader(string key, [NotNullWhen(true)] out object? value)
        {
            if (!IsCount(key))
                return headers.TryGetHeader(key, out value);
            value = count;
            return true;
        }

        public T? Get<T>(string key, T? defaultValue = default)
            where T : class =>
            !IsCount(key)
                ? headers.Get(key, defaultValue)
                : (object)count as T ?? count.ToString(CultureInfo.InvariantCulture) as T ?? defaultValue;

        public T? Get<T>(string key, T? defaultValue = default)
            where T : struct =>
            IsCount(key) ? (T)Convert.ChangeType(count, typeof(T), CultureInfo.InvariantCulture) : headers.Get(key, defaultValue);

        public IEnumerator<HeaderValue> GetEnumerator() => headers.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private static bool IsCount(string key) => key.Equals(MessageHeaders.RedeliveryCount, StringComparison.OrdinalIgnoreCase);
    }
}
