using System.Reflection;

// Servers that wait for disks, and for the second after which they look again.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("Tests.Shared.LongestFirst", "Wanda.PinningServer.Tests")]
[assembly: AssemblyMetadata("StartsFirst", "LargeFileTests")]
