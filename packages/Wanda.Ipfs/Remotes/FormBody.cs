using System.Net.Http.Headers;

namespace Wanda.Ipfs;

/// <summary>
/// A multipart form as servers take it: names quoted, a type in the head of the file. Without either, some of them lose the name or the
/// part.
/// </summary>
internal static class FormBody
{
    /// <summary>The fields, then the file.</summary>
    public static MultipartContent Of(IEnumerable<(string Name, string Value)> fields, string fileName, HttpContent file)
    {
        string boundary = $"wanda-{Guid.NewGuid():n}";
        var form = new MultipartContent("form-data", boundary);
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        foreach (var (name, value) in fields)
            form.Add(Part(new StringContent(value), $"form-data; name=\"{name}\""));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(Part(file, $"form-data; name=\"file\"; filename=\"{Uri.EscapeDataString(fileName)}\""));
        return form;
    }

    private static HttpContent Part(HttpContent content, string disposition)
    {
        content.Headers.TryAddWithoutValidation("Content-Disposition", disposition);
        return content;
    }
}
