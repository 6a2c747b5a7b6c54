using Formats.Tests;

if (args is not ["write"])
{
    Console.Error.WriteLine("usage: dotnet run --project tests/Formats.Tests -- write");
    return 2;
}

Console.WriteLine($"Wrote {await SampleWriter.WriteAsync()}. Look at the difference before you commit it.");
return 0;
