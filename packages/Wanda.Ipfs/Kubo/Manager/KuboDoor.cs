namespace Wanda.Ipfs;

/// <summary>Clients of a daemon by the address that it wrote into its repository.</summary>
internal static class KuboDoor
{
    public static KuboClient Open(string api, TimeSpan patience, TimeProvider time)
    {
        string[] parts = api.Split('/');
        return new(new RemoteEndpoint(new Uri($"http://{parts[2]}:{parts[4]}"))
        {
            Name = "Kubo",
            Patience = patience,
            Tries = 1,
        }, time);
    }
}
