using Bittbridge.EndToEnd.Tests.Starting;
using Bittbridge.Miner.ModelRegistry;

namespace Bittbridge.EndToEnd.Tests.PythonModels;

/// <summary>export.py with PyTorch, loaded as the miner loads a folder.</summary>
[Collection(MinerCollection.Name)]
public sealed class ExportTests
{
    [Theory]
    [InlineData(
        "features='log-returns', scaling={'kind': 'standard', 'mean': 1e-5, 'deviation': 1e-4}, output='log-return', "
            + "outputs=('price', 'lower', 'upper')",
        13
    )]
    [InlineData("features='minus-last', output='change'", 12)]
    [InlineData(
        "features='closes', scaling={'kind': 'min-max', 'min': 7.0, 'max': 7.2}, output='price', "
            + "output_scaling={'kind': 'min-max', 'min': 7.0, 'max': 7.2}, shape=(1, 12)",
        12
    )]
    public async Task An_exported_network_reproduces_its_cases(string fields, int closes)
    {
        var python = await PythonProgram.WithAsync("torch", "python3-torch");
        var folder = Directory.CreateTempSubdirectory("bittbridge-export-");
        try
        {
            File.Copy(PythonProgram.Example("export.py"), Path.Combine(folder.FullName, "export.py"));
            var (training, model) = (Path.Combine(folder.FullName, "training.py"), Path.Combine(folder.FullName, "my-model"));
            await File.WriteAllTextAsync(
                training,
                $"""
                import torch
                from export import export

                torch.manual_seed(1)
                net = torch.nn.Sequential(torch.nn.Linear(12, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3 if 'upper' in {Quoted(
                    fields
                )} else 1))
                with torch.no_grad():
                    net[2].weight.mul_(1e-4)
                    net[2].bias.copy_(torch.tensor([0.0, -1e-3, 1e-3]) if net[2].bias.numel() == 3 else torch.tensor([0.001]))
                windows = [[7.1 + 0.001 * ((7 * i + j) % 13) for i in range({closes})] for j in range(2)]
                export(net, {Quoted(model)}, name="my-net", version="1", windows=windows, {fields})
                """,
                TestContext.Current.CancellationToken
            );

            var run = await PythonProgram.RunAsync(python, training);

            Assert.True(run.Succeeded, StartCommand.Text(run.Lines));
            Assert.Contains(run.Lines, line => line.EndsWith($"models verify {model}", StringComparison.Ordinal));
            Assert.True(PackageReader.TryRead(model, out var package, out var problem), problem?.ToString());
            var content = PackageReader.Loaders.Load(package, TestContext.Current.CancellationToken);
            Assert.True(content.Problem is null, content.Problem);
            Assert.Equal("my-net@1", content.Model!.Id.ToString());
            await content.Model.CleanupAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Quoted(string text) => $"r\"{text}\"";
}
