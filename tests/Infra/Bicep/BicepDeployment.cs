using System.Diagnostics;
using System.Text.Json.Nodes;
using Bittbridge.Testing;

namespace Bittbridge.Infra.Tests.Bicep;

/// <summary>
/// What a deployment of <c>infra/main.bicep</c> with certain parameters would make, as the compiler itself predicts it without a cloud.
/// </summary>
public sealed record BicepDeployment(IReadOnlyList<PredictedResource> Resources, JsonObject Outputs)
{
    public const string SubscriptionId = "00000000-0000-0000-0000-000000000001";

    public const string Hotkey = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    /// <param name="bicep">The compiler.</param>
    /// <param name="parameters">Literals of Bicep by the parameters' names; what is not given is a miner named <c>prod</c> in
    /// <c>westeurope</c>.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<BicepDeployment> PredictAsync(
        BicepServer bicep,
        IReadOnlyDictionary<string, string> parameters,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(bicep);
        return await bicep.OnceAsync(
            Lines(parameters),
            lines =>
                WithFileAsync(
                    lines,
                    async file =>
                        Read(
                            await bicep.AskAsync(
                                "bicep/getSnapshot",
                                new()
                                {
                                    ["path"] = file,
                                    ["metadata"] = new JsonObject
                                    {
                                        ["subscriptionId"] = SubscriptionId,
                                        ["location"] = "westeurope",
                                        ["deploymentName"] = "main",
                                    },
                                },
                                ct
                            )
                        )
                )
        );
    }

    /// <summary>The names of the parameters that the compiler refuses when one is given a value.</summary>
    public static Task<IReadOnlyList<string>> RefusedAsync(BicepServer bicep, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(bicep);
        var lines = Lines(new Dictionary<string, string> { [name] = value });
        return WithFileAsync<IReadOnlyList<string>>(
            lines,
            async file =>
            {
                var answer = await bicep.AskAsync(
                    "bicep/compileParams",
                    new() { ["path"] = file, ["parameterOverrides"] = new JsonObject() },
                    TestContext.Current.CancellationToken
                );
                return
                [
                    .. answer["diagnostics"]!
                        .AsArray()
                        .Select(finding => lines.Split('\n')[finding!["range"]!["start"]!["line"]!.GetValue<int>() - 1].Split(' ')[1]),
                ];
            }
        );
    }

    /// <summary>What <c>main.bicepparam</c> makes of an environment; its compiler must be a process of its own.</summary>
    public static async Task<JsonObject> ParametersAsync(params (string Name, string Value)[] environment)
    {
        Assert.SkipWhen(BicepServer.Path is null, "There is no Bicep package for this platform, so the infrastructure was not compiled.");
        var start = new ProcessStartInfo(BicepServer.Path, ["build-params", RepositoryFolder.At("infra", "main.bicepparam"), "--stdout"])
        {
            RedirectStandardOutput = true,
        };
        foreach (
            var (name, value) in environment.Concat([
                ("AZURE_ENV_NAME", "prod"),
                ("AZURE_LOCATION", "westeurope"),
                ("MINER_HOTKEY", Hotkey),
            ])
        )
        {
            start.Environment[name] = value;
        }

        using var compiler = Process.Start(start)!;
        var answer = await compiler.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, compiler.ExitCode);
        var parameters = JsonNode.Parse(answer)!["parametersJson"]!.GetValue<string>();
        return JsonNode.Parse(parameters)!["parameters"]!.AsObject();
    }

    public static Task<BicepDeployment> PredictAsync(BicepServer bicep, params (string Name, string Value)[] parameters) =>
        PredictAsync(bicep, parameters.ToDictionary(pair => pair.Name, pair => pair.Value), TestContext.Current.CancellationToken);

    public IEnumerable<PredictedResource> Of(string type) => Resources.Where(resource => resource.Type == type);

    public PredictedResource The(string type) => Assert.Single(Of(type));

    /// <summary>The app's settings by the names under which the app sees them.</summary>
    public IReadOnlyDictionary<string, ArmExpression> AppSettings() =>
        Resources.Single(resource => resource is { Type: "Microsoft.Web/sites/config", OwnName: "appsettings" }).Body["properties"] switch
        {
            JsonObject known => known.ToDictionary(
                setting => setting.Key,
                setting => ArmExpression.Parse(setting.Value!.GetValue<string>()),
                StringComparer.Ordinal
            ),
            var unknown => ArmExpression.Parse(unknown!.GetValue<string>()).Properties(),
        };

    private static string Lines(IReadOnlyDictionary<string, string> parameters)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["environmentName"] = "'prod'",
            ["location"] = "'westeurope'",
            ["hotkey"] = $"'{Hotkey}'",
            ["budgetStartDate"] = "'2026-11-01'",
        };
        foreach (var (name, value) in parameters)
        {
            all[name] = value;
        }

        return string.Join('\n', all.Select(pair => $"param {pair.Key} = {pair.Value}"));
    }

    private static async Task<T> WithFileAsync<T>(string lines, Func<string, Task<T>> ask)
    {
        var folder = Directory.CreateTempSubdirectory("bittbridge-infra-");
        try
        {
            var file = Path.Combine(folder.FullName, "test.bicepparam");
            var template = Path.GetRelativePath(folder.FullName, RepositoryFolder.At("infra", "main.bicep")).Replace('\\', '/');
            await File.WriteAllTextAsync(file, $"using '{template}'\n{lines}\n", TestContext.Current.CancellationToken);
            return await ask(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BicepDeployment Read(JsonObject answer)
    {
        var snapshot = JsonNode.Parse(answer["snapshot"]!.GetValue<string>())!.AsObject();
        Assert.Empty(snapshot["diagnostics"]!.AsArray());
        return new(
            [
                .. snapshot["predictedResources"]!
                    .AsArray()
                    .Select(resource => resource!.AsObject())
                    .Select(body => new PredictedResource(Text(body, "type"), Text(body, "name"), Text(body, "apiVersion"), body)),
            ],
            snapshot["outputs"]!.AsObject()
        );
    }

    private static string Text(JsonObject body, string name) => body[name]!.GetValue<string>();
}
