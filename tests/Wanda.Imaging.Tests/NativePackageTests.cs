using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Wanda.Imaging.Tests;

/// <summary>A program carries the libvips of the platform it is for; the package offers every platform's.</summary>
public sealed class NativePackageTests
{
    [Theory]
    [InlineData("-p:RuntimeIdentifier=linux-arm64", "NetVips.Native.linux-arm64")]
    [InlineData("-p:RuntimeIdentifier=win-x64", "NetVips.Native.win-x64")]
    [InlineData("-p:NETCoreSdkPortableRuntimeIdentifier=linux-arm", "NetVips.Native.linux-arm")]
    [InlineData("-p:RuntimeIdentifier=freebsd-x64", null)]
    [InlineData("-p:_IsPacking=true", "NetVips.Native")] // as dotnet pack says
    public async Task One_is_referenced(string property, string? expected)
    {
        var root = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "RepositoryRoot").Value!;
        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(root, "packages/Wanda.Imaging"), "-getItem:PackageReference",
            property])
        { RedirectStandardOutput = true };
        using var msbuild = Process.Start(start)!;
        var items = await msbuild.StandardOutput.ReadToEndAsync();
        await msbuild.WaitForExitAsync();

        Assert.True(msbuild.ExitCode == 0, items);
        using var read = JsonDocument.Parse(items);
        var named = read.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString());
        Assert.Equal(expected, named.SingleOrDefault(name => name!.StartsWith("NetVips", StringComparison.Ordinal)));
    }
}
