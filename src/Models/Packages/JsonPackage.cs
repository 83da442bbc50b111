using System.Text;

namespace Bittbridge.Models;

/// <summary>A package that is one JSON file.</summary>
internal static class JsonPackage
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file's text; null, with a sentence that says why, where it has none.</summary>
    public static string? Text(ModelPackage package, string file, out string? problem)
    {
        if (!package.Files.TryGetValue(file, out var bytes))
        {
            problem = $"{package.Id} has no file {file}.";
            return null;
        }

        try
        {
            problem = null;
            return Strict.GetString(bytes.Span).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            problem = $"{file} of {package.Id} is not UTF-8 text: save it as that.";
            return null;
        }
    }

    public static PackageContent Refused(ModelPackage package, string file, string? problem, string remedy) =>
        PackageContent.Refused($"{file} of {package.Id} can't be used ({problem?.TrimEnd('.').ReplaceLineEndings(" ")}): {remedy}.");
}
