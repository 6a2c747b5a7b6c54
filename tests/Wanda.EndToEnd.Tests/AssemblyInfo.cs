// Whole nights with processes of their own: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
