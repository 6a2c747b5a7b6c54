using System.Net;
using System.Security.Cryptography;
using Wanda.Ipfs;
using Wanda.PinningServer.Tests.Support;

namespace Wanda.PinningServer.Tests.Possession;

public sealed class PossessionTests : IAsyncLifetime
{
    // An identity CID: its content, here nothing, is written in the CID.
    private const string InText = "bafkqaaa";
    private const string Stored = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(32);
    private TestServer _server = null!;
    private Frame _frame = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _frame = await Frame.MakeAsync(3_000_000);
        await _server.Client.UploadAsync(await _frame.CarAsync()).JsonAsync(HttpStatusCode.Created);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_answer_is_what_the_owner_computes_from_its_own_bytes()
    {
        var answer = await AskAsync(_server.Client).JsonAsync();

        Assert.Equal(Convert.ToBase64String(await PossessionDigest.ComputeAsync(_frame, _nonce, _frame.Blocks)), (string)answer["digest"]!);
        Assert.Equal(_frame.Blocks.Sum(b => _frame[b].Length), (long)answer["bytes"]!);
        Assert.True((bool)answer["pinned"]!);
        Assert.Equal("yes", (string)answer["flushes"]!);
        Assert.Equal(Convert.ToBase64String(MachineDigest.Compute(_nonce, KernelBoot.Id!.Value)), (string)answer["machine"]!);
        Assert.DoesNotContain(KernelBoot.Id.Value.ToString(), answer.ToJsonString());
        Assert.InRange(DateTimeOffset.Parse((string)answer["at"]!), TimeProvider.System.GetUtcNow().AddMinutes(-5),
            TimeProvider.System.GetUtcNow().AddSeconds(1));
    }

    [Fact]
    public async Task Another_nodes_pin_is_not_ones_own()
    {
        using var hill = _server.ClientOf(TestServer.Hill);

        Assert.False((bool)(await AskAsync(hill).JsonAsync())["pinned"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_block_lost_or_damaged_since_is_named(bool damaged)
    {
        await AskAsync(_server.Client).JsonAsync();
        string file = _server.Blocks().First(b => new FileInfo(b).Length == _frame[_frame.Blocks[^1]].Length);
        if (damaged)
        {
            byte[] bytes = await File.ReadAllBytesAsync(file);
            bytes[100] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }
        else
        {
            File.Delete(file);
        }

        var refusal = await AskAsync(_server.Client).JsonAsync(HttpStatusCode.NotFound);

        Assert.Contains(_frame.Blocks[^1].ToString(), (string)refusal["error"]!["details"]!);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(65)]
    public async Task A_nonce_of_another_length_is_refused(int length) => Assert.Equal("BAD_REQUEST", await _server.Client.PostAsync(
        "/v0/possession",
        Api.Json(new
        {
            cid = _frame.Root.ToString(),
            nonce = Convert.ToBase64String(new byte[length]),
            blocks = new[] { _frame.Root.ToString() },
        }))
        .RefusedAsync(HttpStatusCode.BadRequest));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"cid":"x"}""")]
    [InlineData($$"""{"cid":"{{Stored}}","nonce":"AAAAAAAAAAAAAAAAAAAAAA==","blocks":[]}""")]
    [InlineData($$"""{"cid":"{{Stored}}","nonce":"?","blocks":["{{Stored}}"]}""")]
    public async Task Another_question_is_refused(string json)
    {
        using var body = new StringContent(json);

        Assert.Equal("BAD_REQUEST", await _server.Client.PostAsync("/v0/possession", body).RefusedAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData(InText, null)]
    [InlineData(InText, InText)]
    [InlineData(InText, Stored)]
    [InlineData(Stored, InText)]
    public async Task Content_that_is_in_the_question_itself_is_refused_since_it_proves_nothing(string cid, string? block)
    {
        var refusal = await _server.Client.PostAsync(
            "/v0/possession", Api.Json(
                new { cid, nonce = Convert.ToBase64String(_nonce), blocks = block is null ? null : new[] { block } }))
            .JsonAsync(HttpStatusCode.BadRequest);

        Assert.Contains("identity CID", (string)refusal["error"]!["details"]!);
    }

    [Fact]
    public async Task A_question_about_a_whole_file_has_no_number_of_blocks_but_one_of_small_ones_has()
    {
        const int Most = 3;
        _server.Change = o => o with { MaxPossessionBlocks = Most };
        await _server.RestartAsync();
        var crumbs = Enumerable.Range(0, Most).Select(i => Dags.Raw($"{i}")).ToList();
        var root = Dags.Node(crumbs.Select(c => c.Cid));
        await _server.Client.UploadAsync(await Dags.CarAsync(root.Cid, [root, .. crumbs])).JsonAsync(HttpStatusCode.Created);
        Assert.True(_frame.Blocks.Count > Most);

        Assert.Equal("BAD_REQUEST", await AskAsync(_server.Client).RefusedAsync(HttpStatusCode.BadRequest));
        Assert.Equal("BAD_REQUEST", await AskAllAsync(root.Cid).RefusedAsync(HttpStatusCode.BadRequest));
        var answer = await AskAllAsync(_frame.Root).JsonAsync();

        Assert.Equal(Convert.ToBase64String(await PossessionDigest.ComputeAsync(_frame, _nonce, _frame.Blocks)), (string)answer["digest"]!);
    }

    private Task<HttpResponseMessage> AskAllAsync(Cid root) => _server.Client.PostAsync(
        "/v0/possession", Api.Json(new { cid = root.ToString(), nonce = Convert.ToBase64String(_nonce) }));

    private Task<HttpResponseMessage> AskAsync(HttpClient client) => client.PostAsync("/v0/possession", Api.Json(new
    {
        cid = _frame.Root.ToString(),
        nonce = Convert.ToBase64String(_nonce),
        blocks = _frame.Blocks.Select(b => b.ToString()),
    }));
}
