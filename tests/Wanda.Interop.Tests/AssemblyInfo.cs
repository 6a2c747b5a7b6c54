using System.Reflection;

// What another make's program does once is a finding: no test is run again to see it pass.
[assembly: AssemblyTrait("Rerun", "Never")]
// The compliance suite waits for most of a minute, and the daemons of other makes often.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("Tests.Shared.LongestFirst", "Wanda.Interop.Tests")]
[assembly: AssemblyMetadata("StartsFirst", "ComplianceTests")]
[assembly: AssemblyMetadata("StartsFirst", "Kubo")]
[assembly: AssemblyMetadata("StartsFirst", "KuboWalkTests")]
[assembly: AssemblyMetadata("StartsFirst", "ManagedNodeTests")]
[assembly: AssemblyMetadata("StartsFirst", "VerifiedFetchInteropTests")]
