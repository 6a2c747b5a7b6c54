namespace Wanda.Hosting;

/// <summary>What is wrong with what is said of Kubo, a sentence a key.</summary>
internal static class KuboValidator
{
    public static IEnumerable<string> Problems(IpfsOptions ipfs)
    {
        if (ipfs.Kubo.Url is null)
        {
            if (ipfs.Mode == IpfsMode.Kubo)
            {
                yield return "ipfs.kubo.url: is missing. Write the address of Kubo's RPC, as \"http://127.0.0.1:5001\", or ipfs.mode "
                    + "\"embedded\".";
            }
        }
        // Not repeated in the message when there may be a password in it.
        else if (ipfs.Kubo.Url.Contains('@'))
        {
            yield return "ipfs.kubo.url: holds a user name. Take it out and write \"token\" or \"tokenFile\".";
        }
        else if (!Uri.TryCreate(ipfs.Kubo.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
            || url.Query.Length + url.Fragment.Length > 0)
        {
            yield return $"ipfs.kubo.url: '{ipfs.Kubo.Url}' is no address. Write that of Kubo's RPC, as \"http://127.0.0.1:5001\".";
        }

        if (ipfs.Kubo.TokenFile is { } file && !File.Exists(file))
            yield return $"ipfs.kubo.tokenFile: {file} does not exist. Write the path of a file that holds the token.";
        if (!Version.TryParse(ipfs.Kubo.MinVersion, out _))
            yield return $"ipfs.kubo.minVersion: '{ipfs.Kubo.MinVersion}' is no version. Write \"0.42\".";
    }
}
