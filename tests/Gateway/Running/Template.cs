using Bittbridge.Testing;

namespace Bittbridge.Gateway.Tests;

/// <summary>The gateway's configuration as it lies in the repository, and filled in.</summary>
internal static class Template
{
    /// <summary>Where the configuration has its logs, as everything of nginx on Debian and Ubuntu.</summary>
    public const string LogFolder = "/var/log/nginx";

    public static string Text => File.ReadAllText(RepositoryFolder.At("infra", "gateway", "nginx", "default.conf.template"));

    /// <summary>Fills in the blanks, as the deployment does.</summary>
    public static string FillIn(string text, IEnumerable<KeyValuePair<string, string>> blanks) =>
        blanks.Aggregate(text, (filled, blank) => filled.Replace($"${{{blank.Key}}}", blank.Value, StringComparison.Ordinal));
}
