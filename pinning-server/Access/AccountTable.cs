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
        {
            accounts.Add(new Account(row.Text(0)!, row.Blob(1).ToArray(), Number(row, 2), Time(row, 3), Time(row, 4)!.Value, Time(row, 5))
            {
                AddOnly = row.Int64(6) != 0,
                FormerSha256 = row.IsNull(7) ? null : row.Blob(7).ToArray(),
                Replaced = Time(row, 8),
            });
        }

        var invites = connection.Statement(AccountSql.Invites);
        invites.Step();
        bool closed = accounts.Count > 0 || invites.Int64(0) > 0;
        invites.Reset();
        return (accounts, closed);
    }, cancellationToken);

    /// <summary>Until when each name that is invited and has not joined yet may.</summary>
    public Task<Dictionary<string, DateTimeOffset>> OpenInvitesAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var invites = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
            var row = connection.Statement(AccountSql.OpenInvites).Bind(1, now.ToUnixTimeMilliseconds());
            while (row.Step())
                invites[row.Text(0)!] = Time(row, 1)!.Value;
            return invites;
        }, cancellationToken);

    /// <summary>Adds an invite, in place of those of its name that are open.</summary>
    /// <exception cref="ArgumentException">The name is not to be had; the message says what to do.</exception>
    public Task InviteAsync(byte[] code, Invitation invitation, DateTimeOffset now, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            if (NodeNames.LooksLike(invitation.Node, Names(connection, now)) is { } other)
                throw new ArgumentException($"{invitation.Node} looks like {other}, which is a node here: choose another name.");
            if (WhyNot(connection, invitation) is { } reason)
                throw new ArgumentException(reason);
            connection.Statement(AccountSql.DropOpenInvites).Bind(1, invitation.Node).Execute();
            connection.Statement(AccountSql.Invite)
                .Bind(1, code)
                .Bind(2, invitation.Node)
                .Bind(3, invitation.QuotaBytes)
                .Bind(4, invitation.TokenExpires?.ToUnixTimeMilliseconds())
                .Bind(5, (now + invitation.ValidFor).ToUnixTimeMilliseconds())
                .Bind(6, invitation.Replace ? 1 : 0)
                .Bind(7, invitation.AddOnly ? 1 : 0)
                .Execute();
        }, cancellationToken);

    /// <summary>
    /// Makes an account of an invite, once: a repetition with the same token is told the same. The name's other invites end.
    /// </summary>
    /// <exception cref="ApiException">403: the invite is none, or its name has become somebody's since.</exception>
    public Task<Invitation> RedeemAsync(byte[] code, byte[] token, DateTimeOffset now, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            if (Find(connection, code, now) is not var (invitation, redeemed)
                || (redeemed is not null && !CryptographicOperations.FixedTimeEquals(redeemed, token)))
            {
                throw Refused("The invite is unknown, used or out of date; ask the operator of this server for a new one.");
            }

            if (redeemed is not null)
                return invitation;
            if (WhyNot(connection, invitation) is { } reason)
                throw Refused($"Since this invite was made its name was given away. For the operator of this server: {reason}");
            connection.Statement(AccountSql.Redeem).Bind(1, code).Bind(2, token).Execute();
            connection.Statement(AccountSql.Join)
                .Bind(1, invitation.Node)
                .Bind(2, token)
                .Bind(3, invitation.QuotaBytes)
                .Bind(4, invitation.TokenExpires?.ToUnixTimeMilliseconds())
                .Bind(5, now.ToUnixTimeMilliseconds())
                .Bind(6, invitation.AddOnly ? 1 : 0)
                .Execute();
            connection.Statement(AccountSql.DropRemoved).Bind(1, invitation.Node).Execute();
            connection.Statement(AccountSql.DropOtherInvites).Bind(1, invitation.Node).Bind(2, code).Execute();
            return invitation;
        }, cancellationToken);

    /// <summary>Notes the nodes of the server's options: the operator's commands do not see those, and no invite is for them.</summary>
    public Task ConfigureAsync(IEnumerable<string> names, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        connection.Statement(AccountSql.DropConfigured).Execute();
        foreach (string name in names)
            connection.Statement(AccountSql.Configure).Bind(1, name).Execute();
    }, cancellationToken);

    /// <summary>Ends a node's token and its open invites.</summary>
    /// <returns>False when no such node had a token.</returns>
    public Task<bool> RevokeAsync(string node, DateTimeOffset now, CancellationToken cancellationToken) => file.WriteAsync(connection =>
    {
        connection.Statement(AccountSql.DropInvites).Bind(1, node).Execute();
        return connection.Statement(AccountSql.Revoke).Bind(1, node).Bind(2, now.ToUnixTimeMilliseconds()).Execute() > 0;
    }, cancellationToken);

    /// <summary>Ends a node's token, its invites and its pins, which stay for a while.</summary>
    /// <returns>How many pins do; null when no such node is known.</returns>
    /// <exception cref="ArgumentException">It has its token by the server's own options; the message says what to do.</exception>
    public Task<int?> RemoveAsync(string node, string by, DateTimeOffset now, CancellationToken cancellationToken) =>
        file.WriteAsync(connection =>
        {
            if (Is(connection, AccountSql.IsConfigured, node))
            {
                throw new ArgumentException($"{node} has its token by the server's own options (--node). Take it off there and start the "
                    + "server again, then remove it.");
            }

            bool wasInvited = connection.Statement(AccountSql.DropInvites).Bind(1, node).Execute() > 0;
            if (!wasInvited && !Is(connection, AccountSql.IsKnown, node))
                return (int?)null;
            connection.Statement(AccountSql.Revoke).Bind(1, node).Bind(2, now.ToUnixTimeMilliseconds()).Execute();
            int pins = EndedPins.EndAll(connection, node, now);
            connection.Statement(AccountSql.Remove)
                .Bind(1, node)
                .Bind(2, now.ToUnixTimeMilliseconds())
                .Bind(3, $"{pins} pins ({by})")
                .Execute();
            return pins;
        }, cancellationToken);

    /// <summary>When each was removed that has not joined again.</summary>
    public Task<List<(string Node, DateTimeOffset At)>> RemovedAsync(CancellationToken cancellationToken) => file.ReadAsync(connection =>
    {
        var removed = new List<(string, DateTimeOffset)>();
        var row = connection.Statement(AccountSql.Removed);
        while (row.Step())
            removed.Add((row.Text(0)!, Time(row, 1)!.Value));
        return removed;
    }, cancellationToken);

    /// <summary>The log, newest first.</summary>
    public Task<List<AuditEntry>> AuditAsync(string? node, int limit, long before, CancellationToken cancellationToken) =>
        file.ReadAsync(connection =>
        {
            var entries = new List<AuditEntry>();
            var row = connection.Statement(AccountSql.Audit).Bind(1, node).Bind(2, limit).Bind(3, before);
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
        var invitation = new Invitation(row.Text(0)!)
        {
            QuotaBytes = Number(row, 1),
            TokenExpires = Time(row, 2),
            Replace = row.Int64(4) != 0,
            AddOnly = row.Int64(5) != 0,
        };
        byte[]? redeemed = row.IsNull(3) ? null : row.Blob(3).ToArray();
        row.Reset();
        return (invitation, redeemed);
    }

    /// <summary>Why nobody may have a token for the name by this invite; null when somebody may.</summary>
    private static string? WhyNot(SqliteConnection connection, Invitation invitation)
    {
        if (Is(connection, AccountSql.IsConfigured, invitation.Node))
        {
            return $"{invitation.Node} has its token by the server's own options (--node). Take it off there and start the server again, "
                + "then invite it with --replace, or choose another name.";
        }

        return invitation.Replace || !Is(connection, AccountSql.IsKnown, invitation.Node)
            ? null
            : $"{invitation.Node} is a node here already, or has frames here, and whoever joins by this name gets them. If it is that "
                + "node, invite it with --replace: the token that it has ends when it joins again. If not, choose another name.";
    }

    private static bool Is(SqliteConnection connection, string question, string name)
    {
        var row = connection.Statement(question).Bind(1, name);
        row.Step();
        bool yes = row.Int64(0) != 0;
        row.Reset();
        return yes;
    }

    private static List<string> Names(SqliteConnection connection, DateTimeOffset now)
    {
        var names = new List<string>();
        var row = connection.Statement(AccountSql.Names).Bind(1, now.ToUnixTimeMilliseconds());
        while (row.Step())
            names.Add(row.Text(0)!);
        return names;
    }

    private static ApiException Refused(string why) => new(403, "INVITE_REFUSED", why);

    private static long? Number(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Int64(column);

    private static DateTimeOffset? Time(SqliteStatement row, int column) =>
        Number(row, column) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
