using Bittbridge.Models.Text;

namespace Bittbridge.Models.Packages;

/// <summary>A package that is one JSON file.</summary>
internal static class JsonPackage
{
    /// <summary>The file's text; null, with a sentence that says why, where it has none.</summary>
    public static string? Text(ModelPackage package, string file, out string? problem)
    {
        if (!package.Files.TryGetValue(file, out var bytes))
        {
            problem = $"{package.Id} has no file {file}.";
            return null;
        }

        problem = TextBytes.TryDecode(bytes.Span, out var text, out var why) ? null : $"{file} of {package.Id} {why}: {TextBytes.Remedy}.";
        return text;
    }

    public static PackageContent Refused(ModelPackage package, string file, string? problem, string remedy) =>
        PackageContent.Refused($"{file} of {package.Id} can't be used ({problem?.TrimEnd('.').ReplaceLineEndings(" ")}): {remedy}.");
}
