using Microsoft.Extensions.Configuration;

namespace Bittbridge.Miner.Configuration;

/// <summary>
/// Names in or near the section that no setting has: most likely typing errors, each with the likely intended name.
/// </summary>
public static class UnknownSettings
{
    public static IReadOnlyList<SettingProblem> Problems(IConfiguration configuration)
    {
        var known = SettingNames.All.Select(SettingNames.Full).ToList();
        return
        [
            .. configuration
                .AsEnumerable()
                .Where(pair =>
                    pair.Value is not null
                    && IsMeantForTheMiner(pair.Key, known)
                    && !known.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)
                )
                .Select(pair => pair.Key)
                .Order(StringComparer.Ordinal)
                .Select(name => new SettingProblem(
                    Shown.Secret(name) is null ? name : "Bittbridge:… (a name that may hold a secret)",
                    null,
                    NearestName.Of(name, known) is { } near
                        ? $"did you mean {near}? Rename it, or remove it"
                        : "check its spelling in docs/settings.md, or remove it"
                )
                {
                    IsWarning = true,
                    IsUnknownName = true,
                }),
        ];
    }

    // Variables such as BITTBRIDGE_TEST_… are read by other programs, so one outside the section is reported only where it resembles a
    // setting.
    private static bool IsMeantForTheMiner(string name, IReadOnlyList<string> known)
    {
        var first = name.Split(':', 2)[0];
        return (name.Contains(':', StringComparison.Ordinal) && NearestName.Of(first, [SettingNames.Section]) is not null)
            || (first.StartsWith("BITTBRIDGE_", StringComparison.OrdinalIgnoreCase) && NearestName.Of(name, known) is not null);
    }
}
