// Whole nights with processes of their own: one at a time.
[assembly: AssemblyTrait("Rerun", "Never")]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
