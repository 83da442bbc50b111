using Bittbridge.Testing;

namespace Bittbridge.Gateway.Tests.Running;

/// <summary>The gateway's configuration as it lies in the repository, and filled in.</summary>
internal static class Template
{
    /// <summary>Where the configuration has its logs, as everything of nginx on Debian and Ubuntu.</summary>
    public const string LogFolder = "/var/log/nginx";

    public static string Text => File.ReadAllText(RepositoryFolder.At("infra", "gateway", "nginx", "default.conf.template"));

    /// <summary>The machine's own configuration around it, word for word but for the folders and the user.</summary>
    public static string Around(string folder) =>
        File.ReadAllText(RepositoryFolder.At("infra", "gateway", "nginx", "nginx.conf"))
            .Replace("user www-data;", "", StringComparison.Ordinal)
            .Replace("/run/nginx.pid", $"{folder}/nginx.pid", StringComparison.Ordinal)
            .Replace("/etc/nginx/", $"{folder}/", StringComparison.Ordinal)
            .Replace(LogFolder, folder, StringComparison.Ordinal);

    /// <summary>Fills in the blanks, as the deployment does.</summary>
    public static string FillIn(string text, IEnumerable<KeyValuePair<string, string>> blanks) =>
        blanks.Aggregate(text, (filled, blank) => filled.Replace($"${{{blank.Key}}}", blank.Value, StringComparison.Ordinal));
}
