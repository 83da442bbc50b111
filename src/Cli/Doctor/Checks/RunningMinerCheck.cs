using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.Health;
using Bittbridge.Miner.Http;

namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>
/// Reads the health of a running miner: with details if the miner accepts the caller as its operator, otherwise the public states.
/// </summary>
/// <param name="url">The address of the miner.</param>
/// <param name="operatorToken">The setting <c>Operator:Token</c>; null if it is not set.</param>
internal sealed class RunningMinerCheck(Uri url, string? operatorToken) : ICheck
{
    private const string Healthy = nameof(Healthy);
    private const string Degraded = nameof(Degraded);
    private const string Unhealthy = nameof(Unhealthy);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => "miner";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        using var http = RunningMiner.Client(url, Patience, maxSize: 1024 * 1024);
        try
        {
            var (_, detailed) = await AskAsync(http, MinerRoutes.HealthDetails, ct);
            if (detailed is not null)
            {
                return Evaluate(detailed);
            }

            var (status, health) = await AskAsync(http, MinerRoutes.Ready, ct);
            return health is not null
                ? Evaluate(health)
                : Finding.Failed(
                    $"{Shown.Url(url)} answered /{MinerRoutes.Ready} with {status}, which is not a miner's answer",
                    "Check --url: is that the miner?"
                );
        }
        catch (HttpRequestException exception)
        {
            return Finding.Failed(
                $"nothing answers at {Shown.Url(url)} ({exception.Message.TrimEnd('.')})",
                "Start the miner (dotnet run eng/start.cs), or check --url."
            );
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Finding.Failed($"{Shown.Url(url)} did not answer within {Patience.TotalSeconds:0} s", "See the miner's log.");
        }
    }

    /// <summary>Null if the answer is not a miner's.</summary>
    private async Task<(int Status, HealthAnswer? Health)> AskAsync(HttpClient http, string route, CancellationToken ct)
    {
        using var request = RunningMiner.OperatorRequest(url, route, route == MinerRoutes.HealthDetails ? operatorToken : null);
        using var response = await http.SendAsync(request, ct);
        string body;
        try
        {
            body = await response.Content.ReadAsStringAsync(ct);
        }
        // A character set that does not exist.
        catch (InvalidOperationException)
        {
            body = "";
        }

        return ((int)response.StatusCode, Read(body));
    }

    /// <summary>Null if it is not a miner's.</summary>
    internal static HealthAnswer? Read(string body)
    {
        try
        {
            var health = JsonSerializer.Deserialize(body, HealthAnswerJson.Default.HealthAnswer);
            return health is { Status: Healthy or Degraded or Unhealthy, Parts: { } parts } && parts.Values.All(part => part is not null)
                ? health
                : null;
        }
        // The second exception is for a name with half of a surrogate pair.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Finding Evaluate(HealthAnswer health)
    {
        var poor = health
            .Parts!.Where(part => part.Value.Status != Healthy)
            .Select(part => $"{part.Key} {part.Value.Status}{(part.Value.Detail is { } reason ? $": {reason}" : "")}")
            .ToList();
        var subject = health.Version is { } version ? $"version {version} is " : "";
        var detail = $"{subject}{string.Join("; ", poor.Prepend(health.Status))}";
        var remedy = health.Version is null
            ? "The miner shows the details only to its operator: run this on the miner's machine, set "
                + $"Bittbridge:{SettingNames.OperatorToken} to the miner's token and use https, or read the miner's log."
            : "The other lines name the remedies; the miner's log has the details.";
        return health.Status == Unhealthy ? Finding.Failed(detail, remedy)
            : poor.Count > 0 ? Finding.Warning(detail, $"The miner answers, but the parts named here need attention. {remedy}")
            : Finding.Passed(detail);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthAnswerJson : JsonSerializerContext;
