using System.Reflection;

// Browsers and commands start, and are waited for.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("Tests.Shared.LongestFirst", "Wanda.Ops.Tests")]
[assembly: AssemblyMetadata("StartsFirst", "BrowserTests")]
[assembly: AssemblyMetadata("StartsFirst", "FormTests")]
[assembly: AssemblyMetadata("StartsFirst", "RepairFaultTests")]
[assembly: AssemblyMetadata("StartsFirst", "VerbTests")]
