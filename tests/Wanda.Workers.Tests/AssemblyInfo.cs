// Most of these tests wait for a node's next round, or for a line that is slow.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
