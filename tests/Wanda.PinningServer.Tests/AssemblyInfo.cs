using System.Reflection;

// Servers that wait for disks, and for the second after which they look again.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("Tests.Shared.LongestFirst", "Wanda.PinningServer.Tests")]
[assembly: AssemblyMetadata("StartsFirst", "LargeFileTests")]
[assembly: AssemblyMetadata("StartsFirst", "FairShareTests")]
[assembly: AssemblyMetadata("StartsFirst", "BadLineTests")]
[assembly: AssemblyMetadata("StartsFirst", "KeptModelTests")]
[assembly: AssemblyMetadata("StartsFirst", "HalfSentUploadTests")]
