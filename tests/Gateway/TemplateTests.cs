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

    /// <summary>How long a wait lasts on a busy machine says nothing about its limit, so the limits are compared here.</summary>
    [Theory]
    [InlineData("client_header_timeout", "5s")]
    [InlineData("client_body_timeout", "3s")]
    [InlineData("send_timeout", "5s")]
    [InlineData("keepalive_timeout", "15s")]
    [InlineData("lingering_time", "5s")]
    [InlineData("lingering_timeout", "2s")]
    [InlineData("resolver_timeout", "2s")]
    [InlineData("proxy_connect_timeout", "3s")]
    [InlineData("proxy_send_timeout", "3s")]
    [InlineData("proxy_read_timeout", "12s")]
    public void It_waits_for_callers_and_the_app_for_seconds(string directive, string limit) =>
        Assert.Equal(
            [$"{directive} {limit};"],
            Template.Text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith($"{directive} ", StringComparison.Ordinal))
        );

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Blank();
}
