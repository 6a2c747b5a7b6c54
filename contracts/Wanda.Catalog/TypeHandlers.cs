using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Wanda.Contracts;
using Wanda.Custody;

namespace Wanda.Catalog;

/// <summary>How the catalogue's value types are written in SQLite.</summary>
internal static class TypeHandlers
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Registers the handlers with Dapper, which keeps them for the process.</summary>
    public static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new Handler<DateTimeOffset>(Text, text =>
            DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)));
        SqlMapper.AddTypeHandler(new Handler<CaptureId>(id => id.ToString(), CaptureId.Parse));
        SqlMapper.AddTypeHandler(new RawNameHandler());
        SqlMapper.AddTypeHandler(new JsonHandler<FrameFigures>());
        SqlMapper.AddTypeHandler(new JsonHandler<ApplicationReport>());
        SqlMapper.AddTypeHandler(new Handler<SessionName>(name => name.Value, text => new SessionName(text)));
    }

    private sealed class RawNameHandler : SqlMapper.TypeHandler<RawName>
    {
        public override void SetValue(IDbDataParameter parameter, RawName? value)
        {
            parameter.DbType = DbType.Binary;
            parameter.Value = value is null ? DBNull.Value : value.Bytes.ToArray();
        }

        public override RawName Parse(object value) => new((byte[])value);
    }

    private sealed class JsonHandler<T> : SqlMapper.TypeHandler<T>
        where T : class
    {
        public override void SetValue(IDbDataParameter parameter, T? value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value is null ? DBNull.Value : JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
        }

        // What cannot be read is shown as none: it must not hide a frame (law 8).
        public override T? Parse(object value)
        {
            try
            {
                return JsonSerializer.Deserialize<T>((string)value, JsonSerializerOptions.Web);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    private sealed class Handler<T>(Func<T, string> write, Func<string, T> read) : SqlMapper.TypeHandler<T>
    {
        public override void SetValue(IDbDataParameter parameter, T? value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value is null ? DBNull.Value : write(value);
        }

        public override T Parse(object value) => read((string)value);
    }
}
