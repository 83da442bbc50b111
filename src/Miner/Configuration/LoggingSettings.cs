using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Configuration;

/// <summary>
/// The log levels in the framework's section <c>Logging</c>. A wrong level would end the host with an exception that is hard to understand,
/// so they are checked first.
/// </summary>
internal static class LoggingSettings
{
    private const string Section = "Logging";
    private const string LevelSection = "LogLevel";

    /// <summary>Every invalid level, of all loggers and of single ones such as <c>Logging:Console:LogLevel:Default</c>.</summary>
    public static IEnumerable<SettingProblem> Problems(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        return section
            .GetChildren()
            .Select(child => child.GetSection(LevelSection))
            .Prepend(section.GetSection(LevelSection))
            .SelectMany(levels => levels.GetChildren())
            .Where(level =>
                !string.IsNullOrEmpty(level.Value)
                && !(Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out var known) && Enum.IsDefined(known))
            )
            .Select(level => new SettingProblem(
                level.Path,
                Shown.Value(level.Value),
                "set it to Trace, Debug, Information, Warning, Error, Critical or None"
            ));
    }
}
