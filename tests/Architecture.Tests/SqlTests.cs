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
        "pinning-server/Database/ServerSchema.cs", "pinning-server/Access/AccountSql.cs", "pinning-server/Alerts/AlertSql.cs",
        "pinning-server/Frames/HeldSql.cs", "pinning-server/Frames/KuboPinSql.cs", "pinning-server/Pins/PinSql.cs",
        "pinning-server/Pins/EndSql.cs", "pinning-server/Pins/PinQuery.cs", "pinning-server/Resumable/UploadSql.cs",
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

    /// <summary>
    /// What happened to captures, copies and sessions comes in as facts alone. Where a destination points now is its own register's to say,
    /// of proofs as well.
    /// </summary>
    [Fact]
    public void Rows_that_facts_make_are_written_by_the_ledger_alone()
    {
        var strays = from file in Repository.ProductCode
                     where file.StartsWith("contracts/", StringComparison.Ordinal)
                         && !file.StartsWith("contracts/Wanda.Catalog/Ledger/", StringComparison.Ordinal)
                         && !file.StartsWith("contracts/Wanda.Catalog/Custody/DestinationStore", StringComparison.Ordinal)
                     from line in Repository.Code(file)
                     where OfFacts().IsMatch(line.Text)
                     select $"{file}:{line.Number}: {line.Text.Trim()}";
        Report.None(strays);
    }

    [GeneratedRegex(@"\b(INSERT INTO|UPDATE|DELETE FROM) (captures\b|proofs\b|ipns\b|sessions SET (started|ended|kind)|archives \()")]
    private static partial Regex OfFacts();

    [GeneratedRegex(
        @"\bSELECT\s.+\sFROM\b|\bINSERT\s+(OR\s+\w+\s+)?INTO\b|\bUPDATE\s+\w+\s+SET\b|\bDELETE\s+FROM\b|\b(CREATE|ALTER|DROP)\s+(UNIQUE\s+)?(TABLE|INDEX|VIEW)\b|\bPRAGMA\b")]
    private static partial Regex Statement();
}
