using System.Text.Json;
using System.Text.Json.Serialization;
using Bittbridge.Miner;

namespace Bittbridge.Cli.Doctor;

/// <summary>Asks the running miner how it fares.</summary>
internal sealed class RunningMinerCheck(Uri url) : ICheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => "miner";

    public async Task<Finding> RunAsync(CancellationToken ct)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !url.IsLoopback }) { Timeout = Patience, MaxResponseContentBufferSize = 1024 * 1024 };
        try
        {
            using var response = await http.GetAsync(new Uri(url, MinerRoutes.Ready), ct).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, HealthAnswerJson.Default.HealthAnswer) is { Status: not null } health
                ? Judge(health)
                : Finding.Failed($"{Shown.Url(url)} answered {(int)response.StatusCode}, not as a miner does", "Check --url.");
        }
        catch (JsonException)
        {
            return Finding.Failed($"what answers at {Shown.Url(url)} has no /{MinerRoutes.Ready}", "Check --url: is that the miner?");
        }
        catch (HttpRequestException exception)
        {
            return Finding.Failed($"nothing answers at {Shown.Url(url)} ({exception.Message.TrimEnd('.')})", "Start the miner (dotnet run eng/start.cs), or check --url.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Finding.Failed($"{Shown.Url(url)} did not answer in {Patience.TotalSeconds:0} s", "Look into the miner's log.");
        }
    }

    private static Finding Judge(HealthAnswer health)
    {
        var unwell = (health.Parts ?? new Dictionary<string, HealthPart>()).Where(part => part.Value.Status != "well").Select(part => $"{part.Key}: {part.Value.Detail}").ToList();
        var detail = $"version {health.Version} is {health.Status}{(health.Reason is null ? "" : $" ({health.Reason})")}{string.Concat(unwell.Select(part => "; " + part))}";
        return health.Status != HealthReport.Ready ? Finding.Failed(detail, "Mend what the other lines name; the miner's log has the details.")
            : unwell.Count > 0 ? Finding.Warning(detail, "It answers, and the parts named here want a look.")
            : Finding.Well(detail);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthAnswerJson : JsonSerializerContext;
