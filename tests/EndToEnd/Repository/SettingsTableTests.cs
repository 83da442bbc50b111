using System.Text.RegularExpressions;
using Bittbridge.Miner.Configuration;
using Bittbridge.Testing;
using Bittbridge.Tools.Starting;

namespace Bittbridge.EndToEnd.Tests.Repository;

public sealed partial class SettingsTableTests
{
    [Fact]
    public void The_tables_of_the_settings_page_list_every_setting_once_and_no_other()
    {
        var tables = SettingsTable().Matches(File.ReadAllText(RepositoryFolder.At("docs", "settings.md")));

        Assert.NotEmpty(tables);
        var named = tables
            .SelectMany(table => table.Groups["row"].Captures)
            .Select(row => row.Value.Split('|')[1])
            .SelectMany(cell => Name().Matches(cell))
            .Select(name => name.Groups["name"].Value);
        Assert.Equal(SettingNames.All.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_sample_settings_for_func_hold_both_schedules()
    {
        var sample = File.ReadAllText(RepositoryFolder.At("local.settings.sample.json"));

        Assert.Every(
            [SettingNames.PricesSchedule, SettingNames.HousekeepingSchedule],
            name => Assert.Contains($"\"{name}\"", sample, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_file_for_the_tool_holds_every_setting_or_withholds_it()
    {
        var variables = SettingNames
            .All.Select(name => SettingNames.Full(name).Replace(":", "__", StringComparison.Ordinal))
            .Concat(["AZURE_FUNCTIONS_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"]);

        Assert.Equal(
            variables.Order(StringComparer.Ordinal),
            EnvironmentFile.Names.Concat(EnvironmentFile.Keys).Order(StringComparer.Ordinal)
        );
        Assert.Every(EnvironmentFile.Names, name => Assert.DoesNotMatch("Key|Token|Webhook", name));
    }

    [GeneratedRegex(
        @"^\| setting [^\r\n]*\r?\n\|[-|]+\|\r?\n(?<row>\|[^\r\n]*\r?\n)+",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline
    )]
    private static partial Regex SettingsTable();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
