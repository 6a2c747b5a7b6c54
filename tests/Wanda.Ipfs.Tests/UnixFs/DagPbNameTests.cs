using FsCheck.Fluent;
using Wanda.Ipfs.Tests.Support;

namespace Wanda.Ipfs.Tests.UnixFs;

/// <summary>Names are bytes: any of them come back as they were, and none is taken for another.</summary>
[Trait("Rerun", "Never")]
public sealed class DagPbNameTests
{
    [Theory]
    [InlineData("636166e92e747874")] // café.txt in Latin-1
    [InlineData("ff")]
    [InlineData("c3")]
    [InlineData("f09f94")] // a telescope, cut
    [InlineData("eda080")] // half of a surrogate pair
    [InlineData("c3a9e9f09f94ad80")]
    public void Bytes_that_are_no_text_are_kept(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);

        Assert.Equal(bytes, DagPbName.Encode(DagPbName.Decode(bytes)));
    }

    [Fact]
    public void Any_bytes_are_kept() =>
        Prop.ForAll<byte[]>(bytes => DagPbName.Encode(DagPbName.Decode(bytes)).SequenceEqual(bytes)).MustHold();

    [Fact]
    public async Task A_directory_of_such_names_is_found_in_flat_and_sharded()
    {
        var leaf = Block.Create(Codec.Raw, "x"u8.ToArray());
        string[] names = [DagPbName.Decode([0x63, 0xE9]), DagPbName.Decode([0x63, 0xE8]), "cé", "c\uFFFD", "c%E9"];
        foreach (int threshold in new[] { 1 << 20, 1 })
        {
            var blocks = new MemoryBlocks();
            var directory = UnixFsDirectory.Build(UnixFsProfile.UnixFsV1_2025 with { DirectoryThreshold = threshold },
                names.Select(n => new DagPbLink(n, leaf.Cid, 1)));
            directory.Blocks.ToList().ForEach(blocks.Put);

            Assert.Equal(names.Order(StringComparer.Ordinal),
                (await UnixFsReader.ListAsync(blocks, directory.Root).ToListAsync()).Select(l => l.Name).Order(StringComparer.Ordinal));
            foreach (string name in names)
                Assert.Equal(leaf.Cid, (await UnixFsReader.ResolveAsync(blocks, directory.Root, name)).Cid);
        }
    }
}
