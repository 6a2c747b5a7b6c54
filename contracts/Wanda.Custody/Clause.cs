namespace Wanda.Custody;

/// <summary>
/// One condition in two languages: as a predicate over what is in hand, and as SQL over the catalogue's rows. Made of smaller ones it needs
/// no second look; the small ones are held against each other by a test.
/// </summary>
/// <typeparam name="T">What the predicate looks at.</typeparam>
/// <param name="Sql">A condition, in brackets where it needs them.</param>
/// <param name="Holds">The same as a predicate.</param>
public sealed record Clause<T>(string Sql, Func<T, bool> Holds)
{
    /// <summary>Both hold.</summary>
    public static Clause<T> operator &(Clause<T> left, Clause<T> right) =>
        new($"{left.Sql} AND {right.Sql}", x => left.Holds(x) && right.Holds(x));

    /// <summary>At least one holds.</summary>
    public static Clause<T> operator |(Clause<T> left, Clause<T> right) =>
        new($"({left.Sql} OR {right.Sql})", x => left.Holds(x) || right.Holds(x));

    /// <summary>It does not hold.</summary>
    public static Clause<T> operator !(Clause<T> clause) => new($"NOT ({clause.Sql})", x => !clause.Holds(x));

    /// <summary>The SQL, to stand in a longer text.</summary>
    public override string ToString() => Sql;
}
