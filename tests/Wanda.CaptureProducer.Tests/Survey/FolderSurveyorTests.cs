using Wanda.CaptureProducer.Survey;

namespace Wanda.CaptureProducer.Tests.Survey;

/// <summary>What is said of a folder before it is watched.</summary>
public sealed class FolderSurveyorTests : IDisposable
{
    private static readonly byte[] Jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xd9];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wanda-survey-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Counts_what_would_be_taken_by_kind_and_size_and_reads_a_sample()
    {
        for (var i = 1; i <= 90; i++)
            Write($"M31/image_{i:0000}.jpg", Jpeg);
        Write("M31/session_metadata.json", "{}"u8);
        Write("sky.ser", new byte[1000]);
        Write("capture_0001.jpg.part", new byte[1000]);
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "elsewhere"), "/etc");

        var found = await LookAsync();

        Assert.Equal((90, 1, 1, 1), (found.Frames, found.Videos, found.Sidecars, found.Folders));
        Assert.Equal(90 * Jpeg.Length + 1000, found.Bytes);
        Assert.Equal((20, 0, false), (found.Sampled, found.SampledIncomplete, found.HasMore));
        Assert.True(found.BytesPerSecond > 0);
    }

    [Fact]
    public async Task Of_the_sample_it_tells_how_many_are_cut_off()
    {
        Write("whole.jpg", Jpeg);
        Write("cut.jpg", Jpeg.AsSpan(0, 8));
        Assert.Equal((2, 1), (await LookAsync()) is var found ? (found.Sampled, found.SampledIncomplete) : default);
    }

    [Theory]
    [InlineData("session_config.json", "wanda-app")]
    [InlineData("M31/Ha/session_metadata.json", "wanda-app")]
    [InlineData("capture_10000.jpg", "wanda-app")]
    [InlineData("2026-11-30/LIGHT/2026-11-30_22-10-01.fits", "nina")]
    [InlineData("M 31/Light/H_Alpha/M_31_001.fits", "ekos")]
    [InlineData("ccd_b1a6b2ef-8d7d-4b6c-9f4a-3d5a8a5ab7c1/exposures/20261130/night/1.jpg", "indi-allsky")]
    [InlineData("CapturedFiles/FF_AR0001_20261130_220101_123_0000256.fits", "rms")]
    [InlineData("holidays/beach.jpg", null)]
    public async Task A_capture_program_is_known_by_its_traces(string file, string? preset)
    {
        Write(file, Jpeg);
        Assert.Equal(preset, (await LookAsync()).Preset);
    }

    [Fact]
    public async Task Where_two_programs_wrote_none_is_proposed()
    {
        Write("session_config.json", "{}"u8);
        Write("CapturedFiles/FF_AR0001_20261130_220101_123_0000256.fits", Jpeg);
        Assert.Null((await LookAsync()).Preset);
    }

    [Fact]
    public async Task An_empty_folder_has_nothing_and_a_missing_one_is_an_error()
    {
        var found = await LookAsync();
        Assert.Equal((0, 0L, 0, (DateTimeOffset?)null), (found.Frames, found.Bytes, found.Sampled, found.Newest));
        await Assert.ThrowsAnyAsync<IOException>(
            () => new FolderSurveyor(TimeProvider.System).LookAsync(Path.Combine(_folder.FullName, "none"), default));
    }

    private Task<FolderSurvey> LookAsync() => new FolderSurveyor(TimeProvider.System).LookAsync(_folder.FullName, default);

    private void Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
