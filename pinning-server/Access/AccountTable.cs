using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Sqlite.Shared;

namespace Wanda.PinningServer;

/// <summary>Accounts, invites and the audit log. Other processes, such as the operator's commands, read and write them too.</summary>
internal sealed class AccountTable(SqliteFile file)
{
    /// <summary>All accounts, and whether anybody was ever let in by more than being on this machine.</summary>
    public Task<(List<Account> Accounts, bool Closed)> ReadAsync(CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var accounts = new List<Account>();
        var row = connection.Statement(AccountSql.Accounts);
        while (row.Step())
            accounts.Add(new Account(row.Text(0)!, row.Blob(1).ToArray(), Number(row, 2), Time(row, 3), Time(row, 4)!.Value, Time(row, 5)));
        var invites = connection.Statement(AccountSql.Invites);
        invites.Step();
        bool closed = accounts.Count > 0 || invites.Int64(0) > 0;
        invites.Reset();
        return (accounts, closed);
    }, cancellationToken);

    public Task InviteAsync(byte[] code, Invitation invitation, DateTimeOffset expires, CancellationToken cancellationToken) =>
        file.WriteAsync(
            c => c.Statement(AccountSql.Invite)
                .Bind(1, code)
                .Bind(2, invitation.Node)
                .Bind(3, invitation.QuotaBytes)
                .Bind(4, invitation.TokenExpires?.ToUnixTimeMilliseconds())
                .Bind(5, expires.ToUnixTimeMilliseconds())
                .Execute(), cancellationToken);

    /// <summary>Makes an account of an invite, once: a repetition with the same token is told the same, with another one nothing.</summary>
    public Task<Invitation?> RedeemAsync(byte[] code, byte[] token, DateTimeOffset now, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            if (Find(connection, code, now) is not var (invitation, redeemed))
                return null;
            if (redeemed is not null)
                return CryptographicOperations.FixedTimeEquals(redeemed, token) ? invitation : null;
            connection.Statement(AccountSql.Redeem).Bind(1, code).Bind(2, token).Execute();
            connection.Statement(AccountSql.Join)
                .Bind(1, invitation.Node)
                .Bind(2, token)
                .Bind(3, invitation.QuotaBytes)
                .Bind(4, invitation.TokenExpires?.ToUnixTimeMilliseconds())
                .Bind(5, now.ToUnixTimeMilliseconds())
                .Execute();
            return invitation;
        }, cancellationToken);

    /// <summary>Ends a node's token and its open invites.</summary>
    /// <returns>False when no such node had a token.</returns>
    public Task<bool> RevokeAsync(string node, DateTimeOffset now, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        connection.Statement(AccountSql.DropInvites).Bind(1, node).Execute();
        return connection.Statement(AccountSql.Revoke).Bind(1, node).Bind(2, now.ToUnixTimeMilliseconds()).Execute() > 0;
    }, cancellationToken);

    /// <summary>The log, newest first.</summary>
    public Task<List<AuditEntry>> AuditAsync(string? node, int limit, CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var entries = new List<AuditEntry>();
        var row = connection.Statement(AccountSql.Audit).Bind(1, node).Bind(2, limit);
        while (row.Step())
            entries.Add(new AuditEntry(row.Int64(0), Time(row, 1)!.Value, row.Text(2)!, row.Text(3)!, row.Text(4), row.Text(5)));
        return entries;
    }, cancellationToken);

    /// <summary>Drops invites that are out of date and what the log has too much.</summary>
    public Task TidyAsync(DateTimeOffset now, long maxAuditEntries, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        connection.Statement(AccountSql.DropExpired).Bind(1, now.ToUnixTimeMilliseconds()).Execute();
        connection.Statement(AccountSql.DropAudit).Bind(1, maxAuditEntries).Execute();
    }, cancellationToken);

    private static (Invitation Invitation, byte[]? Redeemed)? Find(SqliteConnection connection, byte[] code, DateTimeOffset now)
    {
        var row = connection.Statement(AccountSql.FindInvite).Bind(1, code).Bind(2, now.ToUnixTimeMilliseconds());
        if (!row.Step())
            return null;
        var invitation = new Invitation(row.Text(0)!) { QuotaBytes = Number(row, 1), TokenExpires = Time(row, 2) };
        byte[]? redeemed = row.IsNull(3) ? null : row.Blob(3).ToArray();
        row.Reset();
        return (invitation, redeemed);
    }

    private static long? Number(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Int64(column);

    private static DateTimeOffset? Time(SqliteStatement row, int column) =>
        Number(row, column) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
