using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Configuration;

/// <summary>
/// The levels of the framework's section <c>Logging</c>. The framework ends a host that has a wrong one with an exception that only its
/// message explains, so they are read before.
/// </summary>
internal static class LoggingSettings
{
    private const string Section = "Logging";
    private const string LevelSection = "LogLevel";

    /// <summary>Every level that is none, of all loggers and of single ones such as <c>Logging:Console:LogLevel:Default</c>.</summary>
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
