using System.Reflection;

namespace MassTransit.SqlTransport.Sqlite.Tests.Package;

/// <summary>A change of what others build on shows in review, as a change of <c>PublicApi.txt</c>.</summary>
public sealed class PublicApi_Tests
{
    private static readonly string Approved = Path.Combine(Repository.Root, "tests/MassTransit.SqlTransport.Sqlite.Tests/Package/PublicApi.txt");

    [Fact]
    public async Task The_public_api_is_the_approved_one()
    {
        var now = string.Join('\n', typeof(SqliteQueues).Assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(Describe)) + "\n";
        if (Environment.GetEnvironmentVariable("APPROVE") is not null) // after a look at what changed
            await File.WriteAllTextAsync(Approved, now);
        Assert.Equal(await File.ReadAllTextAsync(Approved), now);
    }

    private static IEnumerable<string> Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : "class";
        var parents = type.GetInterfaces().Select(i => i.Name).Prepend(type.BaseType?.Name).Where(p => p is not (null or "Object" or "Enum" or "ValueType"));
        yield return $"{kind} {type.FullName} : {string.Join(", ", parents.Order(StringComparer.Ordinal))}".TrimEnd(' ', ':');
        const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var members = type.GetMembers(Own).Where(IsVisible).Select(m => $"  {Describe(m)}").Where(line => !line.Contains('$', StringComparison.Ordinal));
        foreach (var member in members.Order(StringComparer.Ordinal))
            yield return member;
    }

    // Accessors are named by their properties, and a record's own members by the record.
    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase { IsSpecialName: true } and not ConstructorInfo => false,
        MethodBase method => method is { IsPublic: true } or { IsFamily: true },
        FieldInfo field => field.IsPublic && field.Name != "value__",
        PropertyInfo property => property.GetAccessors().Length > 0,
        _ => false,
    };

    private static string Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ {string.Join(' ', property.GetAccessors().Select(a => a.Name[..3]).Order(StringComparer.Ordinal))} }}",
        FieldInfo { IsLiteral: true } field => $"{field.Name} = {field.GetRawConstantValue()}",
        _ => member.ToString()!,
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "null"}" : "")}"));

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
