using System.Text.Json;
using Wanda.Ops.Tests;

namespace Wanda.Interop.Tests.App;

/// <summary>The types that a node serves for pages in TypeScript, held against its own answers by TypeScript itself.</summary>
internal static class DeclaredTypes
{
    /// <summary>What is wrong with the types, the hook, or the answers: a sentence each.</summary>
    /// <param name="console">The node.</param>
    /// <param name="answers">What each answer is to be, with its body.</param>
    public static async Task<IReadOnlyList<string>> CheckAsync(TestConsole console, params (string Type, string Body)[] answers) =>
        JsonSerializer.Deserialize<string[]>(await NodePeer.RunAsync("types/check.mjs", JsonSerializer.Serialize(new
        {
            types = await console.Client.GetStringAsync("/wanda/types.ts"),
            hook = await console.Client.GetStringAsync("/wanda/use-ipfs.ts"),
            answers = answers.Select(a => new { type = a.Type, body = a.Body }),
        })))!;

    /// <summary>The body of an answer, whatever its status.</summary>
    public static async Task<string> BodyAsync(this TestConsole console, string address)
    {
        using var answer = await console.Client.GetAsync(address);
        return await answer.Content.ReadAsStringAsync();
    }
}
