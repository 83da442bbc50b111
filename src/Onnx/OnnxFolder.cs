using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Bittbridge.Onnx;

/// <summary>A model as a folder: <c>model.json</c> and the ONNX file that it names.</summary>
public static class OnnxFolder
{
    /// <summary>As much as a package in storage may have.</summary>
    public const long MaxFileBytes = 64 * 1024 * 1024;

    private const long MaxDescriptionBytes = 4 * 1024 * 1024;

    /// <summary>Whether a text names a folder rather than a model: it holds a <c>/</c> or a <c>\</c>, which no model's name does.</summary>
    public static bool IsPath(string text) => text.AsSpan().ContainsAny('/', '\\');

    /// <summary>Reads the folder and loads the model.</summary>
    /// <param name="folder">Its path.</param>
    /// <param name="model">Ready to forecast; its user cleans it up.</param>
    /// <param name="problem">One sentence: the file, what is wrong with it and the remedy.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static bool TryLoad(
        string folder,
        [NotNullWhen(true)] out OnnxModel? model,
        [NotNullWhen(false)] out string? problem,
        CancellationToken ct = default
    )
    {
        model = null;
        return TryReadFile(
                folder,
                ModelDescription.FileName,
                "write one beside the ONNX file, as docs/your-own-model.md shows",
                MaxDescriptionBytes,
                out var json,
                out problem
            )
            && ModelDescription.TryRead(folder, json, out var description, out problem)
            && TryReadFile(
                folder,
                description.File,
                $"put it there, or correct file in {ModelDescription.FileName}",
                MaxFileBytes,
                out var onnx,
                out problem
            )
            && OnnxModel.TryLoad(folder, description, onnx, out model, out problem, ct);
    }

    private static bool TryReadFile(
        string folder,
        string name,
        string remedy,
        long maxBytes,
        [NotNullWhen(true)] out byte[]? bytes,
        [NotNullWhen(false)] out string? problem
    )
    {
        var path = Path.Combine(folder, name);
        try
        {
            // Before it is read: it may be larger than memory.
            var length = new FileInfo(path).Length;
            (bytes, problem) =
                length > maxBytes
                    ? (
                        null,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"The file {path} has {length:N0} bytes, and at most {maxBytes:N0} are read: export a smaller model."
                        )
                    )
                    : (File.ReadAllBytes(path), (string?)null);
            return bytes is not null;
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
