using System.Reflection;

// Whole nights with processes of their own: two at a time, the one that waits most of its time for the next kill before the others.
[assembly: AssemblyTrait("Rerun", "Never")]
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer("Tests.Shared.LongestFirst", "Wanda.EndToEnd.Tests")]
[assembly: AssemblyMetadata("StartsFirst", "CrashNightTests")]
