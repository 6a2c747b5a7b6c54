using System.Reflection;
using System.Runtime.CompilerServices;

namespace Wanda.Ops.Tests.Cli;

/// <summary>Options are records, which print all they hold: in none of the program's is a secret among it.</summary>
public sealed class OptionsSecretsTests
{
    private const string Marker = "do-not-tell";
    private static readonly string[] Secrets = ["Token", "Password", "Passphrase", "Secret"];

    [Fact]
    public void No_options_print_their_secrets()
    {
        var secrets = (from type in Assemblies().SelectMany(a => a.GetTypes())
                       where type.IsClass && !type.ContainsGenericParameters && type.Name.EndsWith("Options", StringComparison.Ordinal)
                       from property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                       where property.PropertyType == typeof(string) && property.CanWrite
                           && Secrets.Any(s => property.Name.EndsWith(s, StringComparison.Ordinal))
                       select (Type: type, Property: property)).ToList();
        Assert.Contains(secrets, s => s.Type.Name == "DestinationOptions" && s.Property.Name == "GatewayToken");
        Assert.DoesNotContain(secrets, s =>
        {
            var options = RuntimeHelpers.GetUninitializedObject(s.Type);
            s.Property.SetValue(options, Marker);
            return options.ToString()!.Contains(Marker, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_node_s_options_print_none_of_them_either()
    {
        var options = new Hosting.WandaOptions
        {
            Ops = new() { Token = Marker },
            Ipfs = new() { Kubo = new() { Token = Marker } },
            Destinations = [new() { Token = Marker, GatewayToken = Marker }],
        };
        Assert.DoesNotContain(Marker, options.ToString());
        Assert.DoesNotContain(Marker, string.Join(", ", options.Destinations));
        Assert.Contains(options.Ops.Listen, options.ToString());
    }

    /// <summary>Those of the built command: every room's.</summary>
    private static IEnumerable<Assembly> Assemblies() =>
        from file in Directory.GetFiles(Path.GetDirectoryName(WandaCommand.Executable)!, "*.dll")
        where Path.GetFileName(file).StartsWith("wanda", StringComparison.OrdinalIgnoreCase)
        select Assembly.LoadFrom(file);
}
