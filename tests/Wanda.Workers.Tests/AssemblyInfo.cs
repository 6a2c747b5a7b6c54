using System.Reflection;

// Nodes wait for disks, timers and each other more than they work.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("Tests.Shared.LongestFirst", "Wanda.Workers.Tests")]
[assembly: AssemblyMetadata("StartsFirst", "LyingPinnerTests")]
[assembly: AssemblyMetadata("StartsFirst", "RefusalTests")]
[assembly: AssemblyMetadata("StartsFirst", "CustodyLawTests")]
[assembly: AssemblyMetadata("StartsFirst", "CutLineTests")]
[assembly: AssemblyMetadata("StartsFirst", "ForgedJournalTests")]
[assembly: AssemblyMetadata("StartsFirst", "OldCatalogueTests")]
