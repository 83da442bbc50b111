using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Bittbridge.Models.Text;

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
            using var file = File.OpenRead(path);
            if (file.ReadUpTo(maxBytes) is { } content)
            {
                (bytes, problem) = (content, null);
                return true;
            }

            (bytes, problem) = (
                null,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The file {path} has more than {maxBytes:N0} bytes, which are read at most: export a smaller model."
                )
            );
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            (bytes, problem) = (null, $"The file {path} is not there: {remedy}.");
        }
        catch (UnauthorizedAccessException)
        {
            (bytes, problem) = (
                null,
                Directory.Exists(path)
                    ? $"The file {path} is a folder: {remedy}."
                    : $"The file {path} may not be read: give this user the right to read it."
            );
        }
        catch (IOException exception)
        {
            (bytes, problem) = (
                null,
                exception is PathTooLongException
                    ? $"The path of {name} in the model's folder is too long: choose a shorter one."
                    : $"The file {path} can't be read: see to it that it can."
            );
        }

        return false;
    }
}
