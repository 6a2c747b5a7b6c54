using System.Reflection;
using System.Text;

namespace Packages.Shared;

/// <summary>
/// What others build on, as text: a test compares it with the approved text beside it, so that a change shows in review. Names of parameters
/// and default values are part of it: callers write them.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Fails unless the assembly's public API is what <c>PublicApi.approved.txt</c> in the test project's folder says.</summary>
    public static void IsApproved(Assembly assembly)
    {
        var tests = Assembly.GetExecutingAssembly();
        var root = tests.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;
        var approved = Path.Combine(root, "tests", tests.GetName().Name!, "PublicApi.approved.txt");
        var received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        var actual = Describe(assembly);
        File.WriteAllText(received, actual);
        var known = File.Exists(approved) ? File.ReadAllText(approved) : "";
        var changes = known.Split('\n').Except(actual.Split('\n')).Select(l => $"- {l.Trim()}").Concat(actual.Split('\n').Except(known.Split('\n')).Select(l => $"+ {l.Trim()}"));
        Assert.True(known == actual, $"The public API changed. When that is meant, note it in CHANGELOG.md and copy {received} over {approved}.\n{string.Join('\n', changes)}");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.FullName).Append(Bases(type)).Append('\n');
            foreach (var member in type.GetMembers(Own).Select(Signature).OfType<string>().Order(StringComparer.Ordinal))
                text.Append("  ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        var bases = type.GetInterfaces().Where(i => i.IsPublic).Select(Name).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            bases.Insert(0, Name(parent));
        return type.IsEnum || bases.Count == 0 ? "" : " : " + string.Join(", ", bases);
    }

    private static string? Signature(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } f when Visible(f.Attributes) => f.DeclaringType!.IsEnum ? $"{f.Name} = {f.GetRawConstantValue()}" : $"const {Name(f.FieldType)} {f.Name} = {f.GetRawConstantValue()}",
        FieldInfo { IsSpecialName: false } f when Visible(f.Attributes) => $"{(f.IsStatic ? "static " : "")}{Name(f.FieldType)} {f.Name}",
        PropertyInfo p when p.GetMethod is { } get && Visible(get) =>
            $"{(get.IsStatic ? "static " : "")}{Name(p.PropertyType)}{Mark(Nullability.Create(p))} {p.Name} {{ get;{(p.SetMethod is { } set && Visible(set) ? " set;" : "")} }}",
        ConstructorInfo { IsStatic: false } c when Visible(c) => $"new({Parameters(c)})",
        // A record's own machinery says nothing that "record" does not.
        MethodInfo { Name: "GetHashCode" or "ToString" or "PrintMembers" or "<Clone>$" or "Equals" or "op_Equality" or "op_Inequality" } => null,
        MethodInfo m when Visible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) =>
            $"{(m.IsStatic ? "static " : "")}{Name(m.ReturnType)}{Mark(Nullability.Create(m.ReturnParameter))} {m.Name}{Generic(m)}({Parameters(m)})",
        EventInfo e => $"event {Name(e.EventHandlerType!)} {e.Name}",
        _ => null,
    };

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily;

    private static bool Visible(FieldAttributes field) => (field & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family;

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{Name(p.ParameterType)}{Mark(Nullability.Create(p))} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "default"}" : "")}"));

    private static string Mark(NullabilityInfo info) => !info.Type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";

    private static string Name(Type type) => type switch
    {
        { IsByRef: true } => "ref " + Name(type.GetElementType()!),
        { IsArray: true } => Name(type.GetElementType()!) + "[]",
        { IsGenericType: true } when Nullable.GetUnderlyingType(type) is { } value => Name(value) + "?",
        { IsGenericType: true } => $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        _ => type.Name,
    };
}
