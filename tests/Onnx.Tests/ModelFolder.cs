using System.Text.Json.Nodes;

namespace Bittbridge.Onnx.Tests;

/// <summary>A folder with a model in it, gone after the test.</summary>
internal sealed class ModelFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bittbridge-model-").FullName;

    public ModelFolder(JsonNode? description, byte[]? graph)
        : this(description?.ToJsonString(), graph)
    {
    }

    public ModelFolder(string? description, byte[]? graph)
    {
        if (description is not null)
        {
            File.WriteAllText(At("model.json"), description);
        }

        if (graph is not null)
        {
            File.WriteAllBytes(At("model.onnx"), graph);
        }
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public OnnxModel Load() => OnnxFolder.TryLoad(Path, out var model, out var problem) ? model : throw new Xunit.Sdk.XunitException(problem);

    /// <summary>The sentence with which the folder is refused.</summary>
    public string Refusal()
    {
        var loaded = OnnxFolder.TryLoad(Path, out var model, out var problem);
        Assert.False(loaded, "The model was loaded.");
        Assert.Null(model);
        Assert.NotNull(problem);
        Assert.DoesNotContain("\n", problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
        return problem;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
