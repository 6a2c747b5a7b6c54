namespace Wanda.Hosting;

/// <summary>The queues. Their names are a format (law 9): messages of the version before wait in them.</summary>
public static class QueueNames
{
    /// <summary>Previews.</summary>
    public const string Thumbnail = "thumbnail";

    /// <summary>CIDs and local pins.</summary>
    public const string IpfsAdd = "ipfs-add";

    /// <summary>Freeing local bytes.</summary>
    public const string Release = "release";

    /// <summary>Session directories.</summary>
    public const string SessionArchive = "session-archive";

    /// <summary>The node's name.</summary>
    public const string IpnsPublish = "ipns-publish";

    /// <summary>One queue a destination: one that is down delays nobody else (law 4).</summary>
    public static string Offload(string destination) => $"offload-{destination}";
}
