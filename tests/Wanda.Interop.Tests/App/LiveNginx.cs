using Wanda.Interop.Tests.Deploy;

namespace Wanda.Interop.Tests.App;

/// <summary>What a websocket wants of nginx, put into the shipped file, which is a pinning server's and has none.</summary>
internal static class LiveNginx
{
    /// <param name="shipped">The shipped file.</param>
    /// <param name="live">Who answers Socket.IO; all else is for whom the file names.</param>
    public static string Conf(string shipped, Uri live) => shipped
        .Instead("server {", "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }\nserver {")
        .Instead("    location / {", $$"""
                location /socket.io/ {
                    proxy_pass {{live.GetLeftPart(UriPartial.Authority)}};
                    proxy_http_version 1.1;
                    proxy_buffering off;
                    proxy_set_header Host $http_host;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $connection_upgrade;
                }

                location / {
            """);
}
