namespace Wanda.Ipfs;

/// <summary>
/// Is shown the blocks of an upload as they are read and verified for it, so that nobody has to read them a second time. One that is sent
/// again is shown again; one that the remote has already is not shown.
/// </summary>
/// <param name="index">Its place in the list of the upload's blocks.</param>
/// <param name="block">Its bytes; they are others once the task is done.</param>
/// <param name="cancellationToken">The upload is broken off.</param>
public delegate Task SeenBlock(int index, ReadOnlyMemory<byte> block, CancellationToken cancellationToken);
