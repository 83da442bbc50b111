using Bittbridge.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Functions.Tests;

/// <summary>
/// Which function the host runs for a request. It sorts functions by name, ignoring case, maps their routes in that order and takes the
/// first whose template and methods fit; a literal route does not come before a catch-all, as it does in ASP.NET Core.
/// </summary>
public sealed class RouteTests(PublishedApp app)
{
    private static readonly string[] AllMethods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    private const string CatchAll = "ZOther";

    private List<FunctionMetadata> InTheHostsOrder =>
        [.. app.Functions.Where(function => function.IsHttp).OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)];

    [Theory]
    [InlineData("POST", "/Challenge", "Challenge")]
    [InlineData("GET", "/Challenge", "Challenge")]
    [InlineData("POST", "/challenge", "Challenge")]
    [InlineData("POST", "/Synapse", "Synapse")]
    [InlineData("DELETE", "/Synapse", "Synapse")]
    [InlineData("GET", "/health/live", "Live")]
    [InlineData("GET", "/health/ready", "Ready")]
    [InlineData("GET", "/health/details", "HealthDetails")]
    [InlineData("GET", "/api/track-record", "TrackRecord")]
    [InlineData("GET", "/openapi.json", "OpenApi")]
    [InlineData("GET", "/metrics", "Metrics")]
    [InlineData("POST", "/metrics", CatchAll)]
    [InlineData("POST", "/api/track-record", CatchAll)]
    [InlineData("POST", "/health/ready", CatchAll)]
    [InlineData("POST", "/health/details", CatchAll)]
    [InlineData("GET", "/", "WebRoot")]
    [InlineData("POST", "/", CatchAll)]
    [InlineData("HEAD", "/", CatchAll)]
    [InlineData("GET", "/dashboard", "Dashboard")]
    [InlineData("POST", "/dashboard", CatchAll)]
    [InlineData("GET", "/api/dashboard", "DashboardData")]
    [InlineData("GET", "/public", "PublicDashboard")]
    [InlineData("GET", "/public/data", "PublicDashboardData")]
    [InlineData("GET", "/public/other", CatchAll)]
    [InlineData("POST", "/Challenge/", "Challenge")]
    [InlineData("POST", "/Challenge/more", CatchAll)]
    [InlineData("GET", "/health", CatchAll)]
    [InlineData("GET", "/a/b/c", CatchAll)]
    public void A_request_reaches_its_function(string method, string path, string function) =>
        Assert.Equal(function, Match(method, path)?.Name);

    [Fact]
    public void Every_function_is_reached_by_its_own_route_and_methods()
    {
        Assert.NotEmpty(InTheHostsOrder);
        Assert.Every(
            InTheHostsOrder,
            function =>
                Assert.Every(
                    function.Methods,
                    method => Assert.Equal(function.Name, Match(method.ToUpperInvariant(), "/" + SamplePath(function.Route!))?.Name)
                )
        );
    }

    [Fact]
    public void The_route_for_every_other_path_comes_last_and_takes_every_method()
    {
        var last = InTheHostsOrder[^1];
        Assert.Equal(CatchAll, last.Name);
        Assert.Equal(
            AllMethods.Order(StringComparer.Ordinal),
            last.Methods.Select(method => method.ToUpperInvariant()).Order(StringComparer.Ordinal)
        );
        Assert.Every(
            InTheHostsOrder.SkipLast(1),
            function => Assert.DoesNotContain(TemplateParser.Parse(function.Route!).Parameters, parameter => parameter.IsCatchAll)
        );
    }

    [Fact]
    public void Only_the_operator_s_routes_ask_for_a_key() =>
        Assert.Equal(
            [
                "Challenge Anonymous",
                "Dashboard Function",
                "DashboardData Function",
                "HealthDetails Function",
                "Live Anonymous",
                "Metrics Function",
                "OpenApi Function",
                "PublicDashboard Anonymous",
                "PublicDashboardData Anonymous",
                "Ready Anonymous",
                "Synapse Anonymous",
                "TrackRecord Function",
                "WebRoot Function",
                "ZOther Anonymous",
            ],
            InTheHostsOrder.Select(function => $"{function.Name} {function.AuthLevel}")
        );

    [Fact]
    public void The_timers_take_their_schedules_from_the_settings() =>
        Assert.Equal(
            ["Housekeeping %BITTBRIDGE_HOUSEKEEPING_SCHEDULE%", "RefreshPrices %BITTBRIDGE_PRICES_SCHEDULE%"],
            app.Functions.Where(function => !function.IsHttp)
                .Select(function => $"{function.Name} {function.Schedule}")
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void A_function_has_its_trigger_and_its_response_and_no_other_binding() =>
        Assert.Every(
            app.Functions,
            function =>
                Assert.Equal(
                    function.IsHttp ? ["httpTrigger", "http"] : ["timerTrigger"],
                    function.Bindings.Select(binding => binding.GetProperty("type").GetString()!)
                )
        );

    /// <summary>The worker finds a request's function a second time, by ASP.NET Core's own rules.</summary>
    [Fact]
    public async Task The_worker_finds_the_function_that_the_host_runs()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var worker = builder.Build();
        worker.Urls.Add("http://127.0.0.1:0");
        foreach (var function in InTheHostsOrder)
        {
            worker.MapMethods(function.Route!, function.Methods.Select(method => method.ToUpperInvariant()), () => function.Name);
        }

        await worker.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new(worker.Urls.Single()) };
        foreach (
            var path in new[]
            {
                "/",
                "/x",
                "/dashboard",
                "/Challenge",
                "/challenge/",
                "/health/ready",
                "/health",
                "/public",
                "/public/data",
                "/api/dashboard",
                "/a/b",
            }
        )
        {
            Assert.Equal(Match("GET", path)!.Name, await client.GetStringAsync(path, TestContext.Current.CancellationToken));
        }
    }

    private FunctionMetadata? Match(string method, string path) =>
        InTheHostsOrder.FirstOrDefault(function =>
            function.Methods.Contains(method, StringComparer.OrdinalIgnoreCase) && IsMatch(TemplateParser.Parse(function.Route!), path)
        );

    private static bool IsMatch(RouteTemplate template, string path)
    {
        var values = new RouteValueDictionary();
        return new TemplateMatcher(template, []).TryMatch(path, values)
            && template.Parameters.All(parameter =>
                !values.TryGetValue(parameter.Name!, out var value)
                || parameter.InlineConstraints.All(constraint =>
                    constraint.Constraint == "maxlength(0)" ? value is null or "" : throw new NotSupportedException(constraint.Constraint)
                )
            );
    }

    /// <summary>A path for a template: each parameter becomes a word that no route spells out.</summary>
    private static string SamplePath(string route) =>
        string.Join(
            '/',
            TemplateParser
                .Parse(route)
                .Segments.Where(segment => segment.Parts.All(part => !part.IsOptional))
                .Select(segment => string.Concat(segment.Parts.Select(part => part.IsLiteral ? part.Text : "anything")))
        );
}
