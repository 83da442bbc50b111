using Bittbridge.Models.Testing;
using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

/// <summary>The folder that docs/your-own-model.md walks through.</summary>
public sealed class ExampleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_example_folder_forecasts_the_mean_of_the_last_hour()
    {
        var model = Assert.IsType<OnnxModel>(ModelFolderLoading.Load(RepositoryFolder.At("examples", "hour-mean")).Model);
        double[] closes = [6, 7.2, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.1, 7.0];

        var forecast = await model.PredictAsync(Noon, Histories.EndingAt(Noon, closes), CancellationToken.None);

        Assert.Equal(7.1, forecast!.Price, 1e-6);
        await model.CleanupAsync();
    }

    [Fact]
    public void It_keeps_the_contract()
    {
        var model = Assert.IsType<OnnxModel>(ModelFolderLoading.Load(RepositoryFolder.At("examples", "hour-mean")).Model);

        ModelConformance.Check(model, ModelFolderLoading.Terms);
    }
}
