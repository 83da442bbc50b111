using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Bittbridge.Miner.Dashboard;

/// <summary>
/// The page as one response: markup, style and scripts, with a policy that lets the browser run these scripts only. It contains no data and
/// requests them from its own origin.
/// </summary>
internal static class DashboardPage
{
    /// <summary>In the order in which they use each other; together they are one block.</summary>
    private static readonly string[] ScriptFiles = ["words.js", "elements.js", "sections.js", "charts.js", "refresh.js"];

    private static readonly string Style = Resource("uPlot.css") + Resource("dashboard.css");
    private static readonly string Library = $"/*\n{Resource("uPlot.license")}*/\n{Resource("uPlot.js")}";
    private static readonly string Script = "'use strict';\n{\n" + string.Concat(ScriptFiles.Select(Resource)) + "}\n";

    /// <summary>The page.</summary>
    public static ReadOnlyMemory<byte> Html { get; } =
        Encoding.UTF8.GetBytes(
            Resource("dashboard.html")
                .Replace("/* style */", Style, StringComparison.Ordinal)
                .Replace("/* library */", Library, StringComparison.Ordinal)
                .Replace("/* script */", Script, StringComparison.Ordinal)
        );

    /// <summary>Its Content-Security-Policy.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; script-src {Hash(Library)} {Hash(Script)}; style-src {Hash(Style)}; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    /// <summary>The text with line ends as a browser sees them, which are what it hashes.</summary>
    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
