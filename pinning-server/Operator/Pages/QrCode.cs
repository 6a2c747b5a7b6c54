using System.Globalization;
using System.Text;
using QRCoder;

namespace Wanda.PinningServer;

/// <summary>Text for a camera.</summary>
internal static class QrCode
{
    /// <summary>As a picture in the page, dark on light with its margin whatever the page's colours are.</summary>
    public static Html Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (int y = 0; y < rows.Count; y++)
        {
            for (int x = 0; x < rows[y].Count; x++)
            {
                if (rows[y][x])
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }

        return Html.Of($"""
            <svg class="qr" role="img" aria-label="The same as a QR code" viewBox="0 0 {rows.Count} {rows.Count}" shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="{path.ToString()}"/></svg>
            """);
    }
}
