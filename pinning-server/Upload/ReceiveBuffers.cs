using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Wanda.PinningServer;

/// <summary>
/// Buffers of 32 KiB between Kestrel and its sockets. Its own have 4 KiB, and each is two calls of the kernel (one asks whether there is
/// something): a frame of 3 MB takes 1,400 of them. A connection that is idle has none.
/// </summary>
internal sealed class ReceiveBuffers : IMemoryPoolFactory<byte>
{
    private const int Bytes = 32 << 10;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    // They are those of ArrayPool.Shared, which takes back and forgets what has not been used for a while.
    private sealed class Pool : MemoryPool<byte>
    {
        public override int MaxBufferSize => Bytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, Bytes));

        protected override void Dispose(bool disposing)
        {
        }
    }
}
