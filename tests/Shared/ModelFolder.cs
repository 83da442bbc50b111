using System.Text.Json.Nodes;

namespace Bittbridge.Testing;

/// <summary>A folder with a model in it, gone after the test.</summary>
public sealed class ModelFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bittbridge-model-").FullName;

    public ModelFolder(JsonNode? description, byte[]? graph)
        : this(description?.ToJsonString(), graph) { }

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

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
