using Microsoft.Extensions.Configuration;

namespace Bittbridge.Cli.Tests.CommandLines;

public sealed class CliAppTests
{
    private const string All = "init challenge keys axon doctor backtest tournament calibrate fit dataset prices models report";

    private static readonly IConfiguration Environment = new ConfigurationBuilder().Build();

    [Theory]
    [InlineData("keys address //Alice", "keys")]
    [InlineData("models", "models")]
    [InlineData("", All)]
    [InlineData("--help", All)]
    [InlineData("--local report", All)]
    [InlineData("[suggest:3] back", All)]
    [InlineData("Keys", All)]
    public void The_command_that_a_command_line_begins_with_is_the_only_one_that_is_made(string line, string made) =>
        Assert.Equal(
            made,
            string.Join(
                ' ',
                CliApp.Root(Environment, line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Subcommands.Select(command => command.Name)
            )
        );

    [Fact]
    public void Every_command_is_listed_with_its_own_name()
    {
        var commands = CliApp.Commands(Environment);

        Assert.Equal(All, string.Join(' ', commands.Keys));
        Assert.All(commands, command => Assert.Equal(command.Key, command.Value().Name));
    }
}
