using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>A store's SQL stands in one place, behind names; everybody else asks the store.</summary>
public partial class SqlTests
{
    private static readonly string[] Homes =
    [
        "contracts/Wanda.Catalog/", "contracts/Wanda.Custody/CopyRule.cs", "contracts/Wanda.Custody/FrameRule.cs",
        "contracts/Wanda.Custody/ReleasePolicy.cs",
        "packages/Sqlite.Shared/",
        "packages/MassTransit.SqlTransport.Sqlite/Queues/Sql.cs", "packages/MassTransit.SqlTransport.Sqlite/Queues/QueueSchema.cs",
        "packages/MassTransit.SqlTransport.Sqlite/Operator/OperatorSql.cs",
        "packages/Wanda.Ipfs/Store/StoreIndex.cs", "packages/Wanda.Ipfs/Store/MirrorLedger.cs",
        "pinning-server/Database/ServerSchema.cs", "pinning-server/Access/AccountSql.cs", "pinning-server/Frames/KuboPinSql.cs",
        "pinning-server/Pins/PinSql.cs", "pinning-server/Pins/PinQuery.cs", "pinning-server/Resumable/UploadSql.cs",
        "pinning-server/Sessions/PromiseSql.cs",
    ];

    [Fact]
    public void Sql_stands_where_it_belongs()
    {
        var strays = from file in Repository.ProductCode.Concat(Repository.FilesOf(".razor"))
                     where !Homes.Any(home => file.StartsWith(home, StringComparison.Ordinal))
                     from line in Repository.Code(file)
                     where Statement().IsMatch(line.Text)
                     select $"{file}:{line.Number}: {line.Text.Trim()}";
        Report.None(strays);
    }

    [Fact]
    public void Every_home_has_sql() =>
        Assert.All(Homes, home => Assert.Contains(Repository.Files,
            f => f.StartsWith(home, StringComparison.Ordinal) && Statement().IsMatch(Repository.Text(f))));

    [GeneratedRegex(
        @"\bSELECT\s.+\sFROM\b|\bINSERT\s+(OR\s+\w+\s+)?INTO\b|\bUPDATE\s+\w+\s+SET\b|\bDELETE\s+FROM\b|\b(CREATE|ALTER|DROP)\s+(UNIQUE\s+)?(TABLE|INDEX|VIEW)\b|\bPRAGMA\b")]
    private static partial Regex Statement();
}
