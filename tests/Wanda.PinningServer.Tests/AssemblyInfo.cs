// Servers that wait for disks, and for the second after which they look again.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
