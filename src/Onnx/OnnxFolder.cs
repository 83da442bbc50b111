using System.Diagnostics.CodeAnalysis;

namespace Bittbridge.Onnx;

/// <summary>A model as a folder: <c>model.json</c> and the ONNX file that it names.</summary>
public static class OnnxFolder
{
    /// <summary>Whether a text names a folder rather than a model: it holds a <c>/</c> or a <c>\</c>, which no model's name does.</summary>
    public static bool IsPath(string text) => text.AsSpan().ContainsAny('/', '\\');

    /// <summary>Reads the folder and loads the model.</summary>
    /// <param name="folder">Its path.</param>
    /// <param name="model">Ready to forecast; its user cleans it up.</param>
    /// <param name="problem">One sentence: the file, what is wrong with it and the remedy.</param>
    public static bool TryLoad(string folder, [NotNullWhen(true)] out OnnxModel? model, [NotNullWhen(false)] out string? problem)
    {
        model = null;
        return TryReadFile(folder, ModelDescription.FileName, "write one beside the ONNX file, as docs/your-own-model.md shows", out var json, out problem)
            && ModelDescription.TryRead(folder, json, out var description, out problem)
            && TryReadFile(folder, description.File, $"put it there, or correct file in {ModelDescription.FileName}", out var onnx, out problem)
            && OnnxModel.TryLoad(folder, description, onnx, out model, out problem);
    }

    private static bool TryReadFile(string folder, string name, string remedy, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? problem)
    {
        var path = Path.Combine(folder, name);
        try
        {
            (bytes, problem) = (File.ReadAllBytes(path), null);
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            (bytes, problem) = (null, $"The file {path} is not there: {remedy}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            (bytes, problem) = (null, $"The file {path} can't be read ({exception.Message.TrimEnd('.')}): see to it that it can.");
        }

        return false;
    }
}
