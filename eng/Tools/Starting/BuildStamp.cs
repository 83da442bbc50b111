using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bittbridge.Tools.Starting;

/// <summary>Remembers what a head was last built from, so that a start without a change needs no build.</summary>
public sealed class BuildStamp(Checkout checkout, HeadChoice head)
{
    private readonly string path = Path.Combine(checkout.LocalFolder, "built-" + Path.GetFileName(head.Project).ToLowerInvariant());

    /// <summary>Whether the program is there and the sources have not changed since.</summary>
    public bool IsCurrent(string builtProgram) => File.Exists(builtProgram) && File.Exists(path) && File.ReadAllText(path) == Sources(builtProgram);

    /// <summary>To be called after a build.</summary>
    public void Write(string builtProgram) => File.WriteAllText(path, Sources(builtProgram));

    // Names, sizes and times, as a build itself compares them; the program's own time tells of a build by somebody else.
    private string Sources(string builtProgram)
    {
        var apart = Path.DirectorySeparatorChar;
        var files = Directory.EnumerateFiles(checkout.At("src"), "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{apart}obj{apart}", StringComparison.Ordinal) && !file.Contains($"{apart}bin{apart}", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(checkout.Root).Where(file => Path.GetExtension(file) is ".props" or ".targets" or ".json" or ".editorconfig" or ".txt"))
            .Append(builtProgram)
            .Order(StringComparer.Ordinal);

        var list = new StringBuilder();
        foreach (var file in files.Select(file => new FileInfo(file)))
        {
            list.Append(CultureInfo.InvariantCulture, $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())));
    }
}
