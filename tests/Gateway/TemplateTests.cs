using System.Text.RegularExpressions;
using Bittbridge.Gateway.Tests.Running;
using Bittbridge.Miner.Http;

namespace Bittbridge.Gateway.Tests;

/// <summary>The configuration as text: what a deployment must know of it.</summary>
public sealed partial class TemplateTests
{
    [Fact]
    public void Its_head_names_every_blank_and_there_are_no_others()
    {
        var lines = Template.Text.Split('\n');
        var named = lines
            .TakeWhile(line => line.StartsWith('#'))
            .SelectMany(line => Blank().Matches(line))
            .Select(match => match.Value)
            .ToList();
        var used = lines
            .Where(line => !line.TrimStart().StartsWith('#'))
            .SelectMany(line => Blank().Matches(line))
            .Select(match => match.Value)
            .Distinct()
            .ToList();

        Assert.Equal(["${APP_HOST}", "${APP_PORT}", "${CA_FILE}", "${LISTEN_PORT}", "${RESOLVER}"], used.Order(StringComparer.Ordinal));
        Assert.Equal(used.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_bounds_a_body_where_the_miner_does() =>
        Assert.Contains($"client_max_body_size {BodyReader.MaxSize / 1024}k;", Template.Text, StringComparison.Ordinal);

    [Fact]
    public void It_passes_the_miners_own_route() =>
        Assert.Contains($"location = /{MinerRoutes.Challenge} {{", Template.Text, StringComparison.Ordinal);

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Blank();
}
