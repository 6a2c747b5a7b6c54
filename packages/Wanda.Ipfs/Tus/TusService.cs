namespace Wanda.Ipfs;

/// <summary>How a service takes uploads by tus.</summary>
/// <param name="Path">Where they are begun.</param>
/// <param name="PartBytes">How much it takes in one request.</param>
/// <param name="FindsAgain">
/// Whether beginning an upload that is open already gives that one, with how far it is: then nothing is remembered here, and another
/// process goes on where this one stopped. It also tells what became of an upload with its last part, so that this part is asked for again
/// when only the answer was lost.
/// </param>
/// <param name="AsksFirst">Whether a part waits for the service's word to go on, so that a refusal comes before it and not after.</param>
internal sealed record TusService(string Path, long PartBytes = long.MaxValue, bool FindsAgain = false, bool AsksFirst = false);
