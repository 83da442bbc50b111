using Bittbridge.Models.Text;

namespace Bittbridge.Models.Packages;

/// <summary>A package that is one JSON file.</summary>
internal static class JsonPackage
{
    /// <summary>Reads the file's text.</summary>
    /// <param name="package">The package.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="remedy">The remedy for a text that can't be used.</param>
    /// <param name="read">Parses the text; its problem is a clause.</param>
    public static PackageContent Load(ModelPackage package, string file, string remedy, Func<string, (PackageContent?, string?)> read)
    {
        if (!package.Files.TryGetValue(file, out var bytes))
        {
            return PackageContent.Refused($"{package.Origin} has no file {file}.");
        }

        if (!TextBytes.TryDecode(bytes.Span, out var text, out var why))
        {
            return PackageContent.Refused($"The file {package.PathOf(file)} {why}: {TextBytes.Remedy}.");
        }

        var (content, problem) = read(text);
        return content
            ?? PackageContent.Refused(
                $"The file {package.PathOf(file)} can't be used ({problem?.TrimEnd('.').ReplaceLineEndings(" ")}): {remedy}."
            );
    }
}
