// Most of these tests wait: for a process that starts, a lock that ends, a disk that is away.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
