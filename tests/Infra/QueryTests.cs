using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bittbridge.Infra.Tests.Bicep;
using Bittbridge.Miner.Http;
using Bittbridge.Testing;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Infra.Tests;

/// <summary>
/// What the alerts and the workbook look for is what the miner logs and measures: the events by number and name, their values by the names
/// in the messages, and the metrics by the names, attributes and values that docs/metrics.md lists, which the miner's own tests hold to
/// the instruments.
/// </summary>
public sealed partial class QueryTests(BicepServer bicep)
{
    /// <summary>Every line the miner can log, as <c>3000 Answered</c>, with the names of its values.</summary>
    private static readonly Dictionary<string, IReadOnlyList<string>> Events = typeof(MinerEndpoints)
        .Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Select(method => (Method: method, Line: method.GetCustomAttribute<LoggerMessageAttribute>()))
        .Where(logged => logged.Line is not null)
        .ToDictionary(
            logged => $"{logged.Line!.EventId} {logged.Line.EventName ?? logged.Method.Name}",
            logged => (IReadOnlyList<string>)[.. Value().Matches(logged.Line!.Message).Select(match => match.Groups["name"].Value)]
        );

    /// <summary>The attributes of each instrument, and their values.</summary>
    private static readonly Dictionary<string, IReadOnlySet<string>> Instruments = InstrumentRow()
        .Matches(File.ReadAllText(RepositoryFolder.At("docs", "metrics.md")))
        .ToDictionary(
            row => row.Groups["name"].Value,
            row =>
                (IReadOnlySet<string>)Word().Matches(row.Groups["attributes"].Value).Select(word => word.Groups["word"].Value).ToHashSet()
        );

    /// <summary>What the exporter itself puts beside the values.</summary>
    private static readonly string[] OfTheExporter = ["EventId", "EventName"];

    public static TheoryData<string> Queries =>
        [
            .. Directory
                .EnumerateFiles(RepositoryFolder.At("infra", "monitoring"), "*.kql")
                .Select(Path.GetFileName)
                .Concat(WorkbookQueries().Select(query => "workbook: " + query.Title))
                .Select(name => name!)
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void The_miner_logs_something_to_look_for() => Assert.Contains("Ms", Events["3000 Answered"]);

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_looks_for_lines_that_the_miner_logs_and_values_that_they_have(string name)
    {
        var query = Text(name);

        var events = Event().Matches(query).Select(match => match.Groups["event"].Value).ToList();
        var properties = Property().Matches(query).Select(match => match.Groups["name"].Value).ToList();
        var values = properties.Except(OfTheExporter).ToList();

        // A query of lines names them, and no other query reads a line's values.
        var isOfLines = query.Contains("extend Event", StringComparison.Ordinal);
        Assert.Equal((isOfLines, isOfLines), (events.Count > 0, properties.Count > 0));
        Assert.All(events, searched => Assert.True(Events.ContainsKey(searched), $"{name} looks for '{searched}', which is never logged."));
        Assert.All(
            values,
            value =>
                Assert.True(
                    events.Exists(searched => Events[searched].Contains(value)),
                    $"{name} reads {value}, which no line it looks for has."
                )
        );
    }

    [Fact]
    public void The_document_lists_something_to_look_for() => Assert.Contains("answered", Instruments["bittbridge.request.duration"]);

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_looks_for_metrics_that_the_miner_has_and_attributes_and_values_that_they_have(string name)
    {
        var query = Text(name);

        var attributes = Attribute().Matches(query).Select(match => match.Groups["name"].Value).ToList();
        var metrics = Metric().Matches(query).Select(match => match.Groups["name"].Value).Except(attributes).ToList();
        Assert.All(metrics, metric => Assert.True(Instruments.ContainsKey(metric), $"{name} reads '{metric}', which is no instrument."));
        Assert.All(
            attributes.Concat(ComparedOutcomes(query)),
            word =>
                Assert.True(
                    metrics.Exists(metric => Instruments[metric].Contains(word)),
                    $"{name} reads '{word}', which no metric of it has."
                )
        );
        Assert.Equal(query.Contains("AppMetrics", StringComparison.Ordinal), metrics.Count > 0);
        Assert.Equal(query.Contains("Properties[", StringComparison.Ordinal), attributes.Count > 0);
    }

    [Fact]
    public void The_outcomes_that_a_query_compares_are_found() =>
        Assert.Equal(
            ["answered", "answered_null", "failed", "refused"],
            ComparedOutcomes(Text("server-errors.kql")).Distinct().Order(StringComparer.Ordinal)
        );

    [Theory]
    [InlineData("price-age", "GreaterThan", 20, 1, "PT5M", "PT1H")]
    [InlineData("answers", "LessThan", 1, 1, "PT15M", "PT30M")]
    [InlineData("server-errors", "GreaterThan", 5, 1, "PT15M", "PT30M")]
    [InlineData("chain-list", "GreaterThan", 12, 2, "PT1H", "P1D")]
    [InlineData("other-task", "GreaterThan", 0, 2, "PT1H", "P1D")]
    [InlineData("degraded", "GreaterThan", 0, 2, "PT1H", "PT6H")]
    [InlineData("log-cap", "GreaterThan", 0, 3, "PT1H", "P1D")]
    [InlineData("slow", "GreaterThan", 2000, 2, "PT1H", "PT1H")]
    public async Task An_alert_asks_its_query_and_tells_everybody_it_should(
        string name,
        string comparison,
        int threshold,
        int severity,
        string every,
        string window
    )
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters("nginx"));

        var rule = deployment
            .Of("Microsoft.Insights/scheduledQueryRules")
            .Single(rule => rule.Name.StartsWith(name + "-", StringComparison.Ordinal));
        var criterion = Assert.Single(rule.At("criteria", "allOf")!.AsArray())!;
        Assert.Equal(
            await File.ReadAllTextAsync(RepositoryFolder.At("infra", "monitoring", name + ".kql"), TestContext.Current.CancellationToken),
            criterion["query"]!.GetValue<string>()
        );
        Assert.Equal(
            ("Value", comparison, threshold),
            (
                criterion["metricMeasureColumn"]!.GetValue<string>(),
                criterion["operator"]!.GetValue<string>(),
                criterion["threshold"]!.GetValue<int>()
            )
        );
        Assert.Equal(
            $"{severity} {every} {window} true",
            $"{rule.At("severity")} {rule.At("evaluationFrequency")} {rule.At("windowSize")} {rule.At("autoMitigate")}"
        );
        // A second period would be another whole window, for which a query that answers with now() has no value.
        Assert.Equal("""{"numberOfEvaluationPeriods":1,"minFailingPeriodsToAlert":1}""", criterion["failingPeriods"]!.ToJsonString());
        Assert.Equal(2, Told(deployment, rule));
        Assert.Contains(
            "project Value",
            "project " + criterion["query"]!.GetValue<string>().Split("summarize ")[^1].Split("project ")[^1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Every_query_file_has_its_alert_and_every_alert_its_explanation()
    {
        var rules = (await BicepDeployment.PredictAsync(bicep))
            .Of("Microsoft.Insights/scheduledQueryRules")
            .Select(rule => rule.Name[..rule.Name.IndexOf("-bittbridge-", StringComparison.Ordinal)])
            .ToList();
        var operations = await File.ReadAllTextAsync(RepositoryFolder.At("docs", "operations.md"), TestContext.Current.CancellationToken);

        Assert.Equal(
            Directory
                .EnumerateFiles(RepositoryFolder.At("infra", "monitoring"), "*.kql")
                .Select(Path.GetFileNameWithoutExtension)
                .Order(StringComparer.Ordinal),
            rules.Order(StringComparer.Ordinal)
        );
        Assert.Every(rules.Append("gateway-down"), rule => Assert.Contains($"### `{rule}`", operations, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plain", false)]
    [InlineData("isolated", false)]
    [InlineData("nginx", true)]
    [InlineData("appgw", true)]
    public async Task Only_a_miner_that_validators_can_call_is_expected_to_answer(string variant, bool expected)
    {
        var rules = (await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant)))
            .Of("Microsoft.Insights/scheduledQueryRules")
            .ToDictionary(
                rule => rule.Name[..rule.Name.IndexOf("-bittbridge-", StringComparison.Ordinal)],
                rule => rule.At("enabled")!.GetValue<bool>()
            );

        Assert.Equal(expected, rules["answers"]);
        Assert.Every(rules.Where(rule => rule.Key != "answers"), rule => Assert.True(rule.Value));
    }

    [Theory]
    [InlineData("nginx", "Microsoft.Compute/virtualMachines", "VmAvailabilityMetric", "LessThan", 0.5)]
    [InlineData("appgw", "Microsoft.Network/applicationGateways", "UnhealthyHostCount", "GreaterThan", 0)]
    public async Task A_gateway_that_is_down_is_told_by_what_Azure_measures_of_it(
        string variant,
        string type,
        string metric,
        string comparison,
        double threshold
    )
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, Variant.Parameters(variant));

        var rule = deployment.The("Microsoft.Insights/metricAlerts");
        Assert.StartsWith($"gateway-down-{variant}-", rule.Name, StringComparison.Ordinal);
        Assert.EndsWith($"{type}/{deployment.The(type).Name}", rule.At("scopes", "0")!.GetValue<string>(), StringComparison.Ordinal);
        var criterion = rule.At("criteria", "allOf", "0")!;
        Assert.Equal(
            (metric, comparison, threshold),
            (
                criterion["metricName"]!.GetValue<string>(),
                criterion["operator"]!.GetValue<string>(),
                criterion["threshold"]!.GetValue<double>()
            )
        );
        Assert.Equal(
            "1 PT5M PT15M true",
            $"{rule.At("severity")} {rule.At("evaluationFrequency")} {rule.At("windowSize")} {rule.At("autoMitigate")}"
        );
        Assert.Equal(2, rule.At("actions")!.AsArray().Count);
    }

    [Fact]
    public void Every_line_of_an_error_makes_the_alert_degraded_or_another_one_fire()
    {
        // One of one request or one poll, of which server-errors and price-age count many; what a later line repeats; notes of a stop.
        string[] spared =
        [
            "2001 ModelThrew",
            "2008 FallbackFailed",
            "3003 Failed",
            "3106 RefreshThrew",
            "3207 CatchingUpFailed",
            "8002 Failed",
            "5003 Ended",
        ];
        var errors = typeof(MinerEndpoints)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(method => (Method: method, Line: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(logged => logged.Line?.Level >= LogLevel.Error)
            .Select(logged => $"{logged.Line!.EventId} {logged.Line.EventName ?? logged.Method.Name}");

        var counted = Event().Matches(Text("degraded.kql")).Select(match => match.Groups["event"].Value);

        Assert.Empty(errors.Except(counted).Except(spared));
        Assert.Every(spared, line => Assert.Contains(line, Events.Keys));
    }

    [Fact]
    public void The_guide_explains_every_line_that_makes_the_alert_degraded()
    {
        var section = File.ReadAllText(RepositoryFolder.At("docs", "operations.md")).Split("\n### `degraded`")[1].Split("\n### ")[0];
        string[] counted = [.. Event().Matches(Text("degraded.kql")).Select(match => match.Groups["event"].Value[..4])];
        Assert.True(counted.Length > 10);
        Assert.Every(counted, id => Assert.Contains(id, section, StringComparison.Ordinal));
    }

    [Fact]
    public void Failures_that_never_reach_the_miner_count_among_its_errors_and_a_miner_that_is_not_ready_does_not() =>
        Assert.Contains(
            "AppRequests | where toint(ResultCode) >= 500 "
                + "and not(Url has_any (\"/health/\", \"/admin/\") or Name has_any (\"health\", \"Ready\")) | summarize sum(ItemCount)",
            Text("server-errors.kql"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Alerts_can_be_switched_off_together()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep, ("alertsEnabled", "false"));

        Assert.Every(deployment.Of("Microsoft.Insights/scheduledQueryRules"), rule => Assert.False(rule.At("enabled")!.GetValue<bool>()));
    }

    [Fact]
    public async Task The_budget_is_what_was_asked_for_and_there_is_none_for_nothing()
    {
        var budget = (await BicepDeployment.PredictAsync(bicep, ("monthlyBudget", "35"))).The("Microsoft.Consumption/budgets");
        var without = await BicepDeployment.PredictAsync(bicep, ("monthlyBudget", "0"));

        Assert.Equal("35 Monthly 2026-11-01", $"{budget.At("amount")} {budget.At("timeGrain")} {budget.At("timePeriod", "startDate")}");
        Assert.Empty(without.Of("Microsoft.Consumption/budgets"));
        // A budget of a later day must not begin with a start of today.
        Assert.Equal("", without.Outputs["BUDGET_START_DATE"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_workbook_reads_the_workspace_that_is_deployed_beside_it()
    {
        var deployment = await BicepDeployment.PredictAsync(bicep);

        var workbook = deployment.The("Microsoft.Insights/workbooks");
        var data = JsonNode.Parse(workbook.At("serializedData")!.GetValue<string>())!;
        var workspace = Assert.Single(data["fallbackResourceIds"]!.AsArray())!.GetValue<string>();
        Assert.EndsWith("/" + deployment.The("Microsoft.OperationalInsights/workspaces").Name, workspace, StringComparison.Ordinal);
        Assert.Equal(workspace, workbook.At("sourceId")!.GetValue<string>());
    }

    private static int Told(BicepDeployment deployment, PredictedResource rule) =>
        rule.At("actions", "actionGroups") is JsonArray known
            ? known.Count
            : throw new InvalidOperationException($"{rule} of {deployment.Outputs["AZURE_RESOURCE_GROUP"]} tells nobody.");

    private static string Text(string name) =>
        name.StartsWith("workbook: ", StringComparison.Ordinal)
            ? WorkbookQueries().Single(query => "workbook: " + query.Title == name).Query
            : File.ReadAllText(RepositoryFolder.At("infra", "monitoring", name));

    private static IEnumerable<string> ComparedOutcomes(string query) =>
        Outcomes()
            .Matches(query)
            .SelectMany(match => Quoted().Matches(match.Groups["values"].Value))
            .Select(match => match.Groups["text"].Value);

    private static IEnumerable<(string Title, string Query)> WorkbookQueries() =>
        JsonNode.Parse(File.ReadAllText(RepositoryFolder.At("infra", "monitoring", "workbook.json")))!["items"]!
            .AsArray()
            .Where(item => item!["type"]!.GetValue<int>() == 3)
            .Select(item => (item!["content"]!["title"]!.GetValue<string>(), item["content"]!["query"]!.GetValue<string>()));

    [GeneratedRegex(@"\{(?<name>\w+)(:[^}]*)?\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Value();

    [GeneratedRegex(
        @"^\| `(?<name>bittbridge[a-z._]+)` \| [^|]+\| [^|]+\|(?<attributes>[^|\r\n]*)\|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex InstrumentRow();

    [GeneratedRegex("`(?<word>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex(@"\bProperties\[""(?<name>[^""]+)""\]", RegexOptions.ExplicitCapture)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"""(?<name>bittbridge\.[a-z._]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Metric();

    /// <summary>What the outcome is compared with.</summary>
    [GeneratedRegex(@"(\bOutcome|bittbridge\.outcome""\]\)) (==|in) (?<values>""[a-z_]+""|\([^)]*\))", RegexOptions.ExplicitCapture)]
    private static partial Regex Outcomes();

    [GeneratedRegex(@"""(?<text>[^""]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"""(?<event>\d{4} \w+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Event();

    [GeneratedRegex(@"\bProperties\.(?<name>\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Property();
}
