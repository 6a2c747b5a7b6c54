using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>
/// Law 2: two places delete a frame's local bytes; one takes proofs, the other an operator's word. A third removes the original in another
/// program's folder, and takes proofs. Everything else that deletes anything stands here with the reason why that is no frame.
/// </summary>
public partial class DeletionTests
{
    private const string Door = "workers/Release/ReleaseDoor.cs";
    private const string SecondDoor = "workers/Discard/DiscardDoor.cs";
    private const string OriginalDoor = "capture-producer/Originals/OriginalDoor.cs";

    private static readonly Dictionary<string, string> NoFrames = new()
    {
        ["packages/Files.Shared/DurableFile.cs"] = "its own temporary file; and the delete that the door calls",
        ["packages/Files.Shared/Posix.InFolder.cs"] = "the delete that the doors call",
        ["capture-producer/Folders/PosixMoves.cs"] = "the delete that the originals' door calls, of what it set aside",
        ["packages/Files.Shared/HeldFile.cs"] = "the delete that the doors call",
        ["packages/Files.Shared/LinkedFile.cs"] = "a link to another program's file, and never what it leads to; its own temporary name",
        ["capture-producer/Intake/Reflink.cs"] = "an empty file that asks the disk what it can",
        ["workers/FrameFiles.cs"] = "the delete that the doors call: of the file that was saved, and no other",
        ["packages/MassTransit.SqlTransport.Sqlite/Configuration/SqliteDatabaseMigrator.cs"] =
            "the queue's database, when its owner asks for a new one",
        ["packages/Wanda.Ipfs/Store/BlockBatch.cs"] = "staged blocks that were not committed",
        ["packages/Wanda.Ipfs/Store/StagingArea.cs"] = "staged blocks of a process that is gone",
        ["packages/Wanda.Ipfs/Store/GarbageCollector.cs"] =
            "stored blocks that no pin keeps; leaves in capture files are references and not touched",
        ["packages/Wanda.Ipfs/Kubo/Install/KuboInstaller.cs"] = "its own half-fetched archive and half-unpacked program",
        ["packages/Wanda.Ipfs/Kubo/Manager/DaemonLog.cs"] = "the daemon's log, begun anew when it is too large",
        ["packages/Wanda.Ipfs/Kubo/Manager/ManagedRepository.cs"] =
            "a repository that was half made, and the address and socket of a daemon that was killed",
        ["pinning-server/Resumable/UploadFiles.cs"] =
            "parts of a CAR that became a pin, was refused, or was given up; its node has the frame",
        ["ops/Wanda.Cli/Demo/DemoFolder.cs"] = "the note of which port the demo's server had",
        ["ops/Wanda.Ops/Retrieval/PartFile.cs"] = "its own half-fetched file, emptied when what came is not the frame",
        ["workers/Wanda.Destinations/Folder/FolderVolume.cs"] = "a destination's copies, never below the storage root: a pin that was let "
            + "go, and its own temporary files",
        ["contracts/Wanda.Catalog/Sessions/OldLayout.cs"] = "a session's metadata in the old place, written anew in the new one since",
        ["contracts/Wanda.Hosting/NodeStores.cs"] = "the mark that a rebuild of the catalogue is under way",
        ["contracts/Wanda.Hosting/RunningNode.cs"] = "the mark that all processes are to end",
        ["workers/Release/SpaceReserve.cs"] = "a file of zeros that keeps room for the databases",
        ["workers/Thumbnail/ThumbnailConsumer.cs"] = "a preview that was made of a frame while it was discarded",
        ["capture-producer/Intake/FrameIntake.cs"] = "its own copy of a watched file that is no capture: known under another name, or "
            + "without a row while the original is there",
        ["capture-producer/Beside/CidListFile.cs"] = "its own temporary file, which a crash left",
        ["capture-producer/Intake/OrphanRecovery.cs"] = "temporary files that nobody writes: their capture call never returned",
    };

    [Fact]
    public void Only_the_two_doors_delete_a_frame()
    {
        var deleting = Repository.ProductCode.Where(f => Repository.Code(f).Any(line => Deletion().IsMatch(line.Text)));
        Report.Same(NoFrames.Keys.Append(Door).Append(SecondDoor).Append(OriginalDoor), deleting);
    }

    [Fact]
    public void The_door_asks_for_proofs() =>
        Assert.Matches(@"Task<string\?> ReleaseAsync\(CaptureRecord \w+, IReadOnlyList<CustodyProof> \w+,", Repository.Text(Door));

    [Fact]
    public void The_originals_door_asks_for_proofs() => Assert.Matches(
        @"Task<string\?> FreeAsync\(\s*CaptureRecord \w+, HeldOriginal \w+, IReadOnlyList<CustodyProof> \w+,",
        Repository.Text(OriginalDoor));

    [Fact]
    public void The_second_door_asks_for_a_word_that_is_on_record()
    {
        Assert.Matches(@"Task EraseAsync\(CaptureRecord \w+\)", Repository.Text(SecondDoor));
        Assert.Contains("DiscardedAt: { }", Repository.Text(SecondDoor), StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"\b(File|Directory|DurableFile)\.Delete\(|\bDeleteOnClose\b|\.Delete\(\)|\.Delete\((true|recursive)|\bunlink(at)?\b|original\.Delete\(|FileMode\.Truncate|\bFile\.Replace\(|\.SetLength\(0\)|File\.WriteAllBytes")]
    private static partial Regex Deletion();
}
