using System.Text;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.Intervals;
using Bittbridge.Models.Packages;

namespace Bittbridge.Models.Tests.Packages;

public sealed class ModelLoadersTests
{
    private static readonly ModelId Id = new("mine", "1");

    private readonly ModelLoaders _loaders = new(ModelLoaders.BuiltIn);

    [Fact]
    public async Task A_linear_model_is_loaded_under_the_name_of_its_package()
    {
        var content = Load(Package(("linear.json", Linear("1"))));
        Assert.Null(content.Problem);
        Assert.Equal(Id, content.Model!.Id);
        var history = PriceHistory.FromPoints([new PricePoint(new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero), 7.1)]);
        Assert.Equal(
            7.11,
            (await content.Model.PredictAsync(history.Newest!.Value.Time, history, TestContext.Current.CancellationToken))!.Price,
            1e-12
        );
    }

    [Fact]
    public void A_calibration_comes_back_as_it_was_written()
    {
        var calibration = new Calibration(
            Calibration.CurrentFormat,
            "nothing",
            "mine@1",
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            1,
            new(-3, [0, 0, 0], [0, 0, 0], 0, 0, [0, 0, 0], [0, 0, 0], 0, 0),
            [0.1, 0.9],
            [0.1, 1.5]
        );
        var content = Load(Package(("calibration.json", "\uFEFF" + calibration.ToJson())));
        Assert.Equal(calibration.ToJson(), content.Calibration!.ToJson());
        Assert.Null(content.Model);
    }

    [Theory]
    [InlineData("linear.json", "", "The file mine@1/linear.json can't be used")]
    [InlineData("linear.json", "null", "it holds null")]
    [InlineData("linear.json", "[1, 2]", "The file mine@1/linear.json can't be used")]
    [InlineData("calibration.json", "{\"formatVersion\": 1}", "make it again with 'bittbridge calibrate'")]
    [InlineData("model.pt", "", "exactly one of linear.json, calibration.json")]
    public void What_is_no_model_is_one_sentence(string file, string text, string words)
    {
        var content = Load(Package((file, text)));
        Assert.Null(content.Model);
        Assert.Null(content.Calibration);
        Assert.Contains(words, content.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', content.Problem!);
    }

    [Fact]
    public void A_model_that_calls_itself_something_else_is_refused() =>
        Assert.Contains("say that the model is mine@2", Load(Package(("linear.json", Linear("2")))).Problem, StringComparison.Ordinal);

    [Fact]
    public void Files_of_two_models_are_no_package() =>
        Assert.Contains(
            "are not one model",
            Load(Package(("linear.json", Linear("1")), ("calibration.json", "{}"))).Problem,
            StringComparison.Ordinal
        );

    [Fact]
    public void Bytes_that_are_no_text_are_no_model() =>
        Assert.Contains(
            "is not UTF-8 in line 1",
            Load(new(Id, new Dictionary<string, ReadOnlyMemory<byte>> { ["linear.json"] = new byte[] { 0xC3, 0x28 } })).Problem,
            StringComparison.Ordinal
        );

    private PackageContent Load(ModelPackage package) => _loaders.Load(package, TestContext.Current.CancellationToken);

    private static string Linear(string version) =>
        new LinearModelParameters(
            LinearModelParameters.CurrentFormat,
            version,
            "nothing",
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            1,
            [0.0],
            [1.0],
            [0.0],
            0.01
        ).ToJson();

    private static ModelPackage Package(params (string Name, string Text)[] files) =>
        new(
            Id,
            files.ToDictionary(file => file.Name, file => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Text), StringComparer.Ordinal)
        );
}
