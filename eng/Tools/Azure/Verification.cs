using System.Net;
using System.Text;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using static Bittbridge.Tools.Azure.ResourceManager;

namespace Bittbridge.Tools.Azure;

/// <summary>
/// After azd deployed: proves that the miner has its secrets, fetches prices, is ready and is reached through the gateway. Each step waits
/// a bounded time, since roles and instances take minutes to hold.
/// </summary>
/// <param name="environment">azd's environment.</param>
/// <param name="azd">Runs azd.</param>
/// <param name="output">Gets a line for every step.</param>
/// <param name="pause">Between two tries.</param>
public sealed class Verification(HookEnvironment environment, RunAzd azd, TextWriter output, TimeSpan pause)
{
    private const int Tries = 18;

    /// <summary>A role on the vault may take ten minutes to hold.</summary>
    private const int TriesForSecrets = 72;

    private readonly List<string> _problems = [];
    private readonly Uri _app = new(environment.Required("MINER_URL") + "/");
    private bool _isShutOut;

    private bool HasGateway => environment["MINER_PUBLIC_IP"] is not null;

    /// <returns>0 when the deployment is proven, else 1.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var site =
            $"/resourceGroups/{environment.Required("AZURE_RESOURCE_GROUP")}/providers/Microsoft.Web/sites/"
            + environment.Required("MINER_FUNCTION_APP");
        using var azure = environment.ResourceManager(azd);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        if (environment["MINER_VAULT_SECRETS"] is { } secrets and not Deployment.NoSecret)
        {
            await ResolveSecretsAsync(azure, site, secrets.Split(','), cancellationToken);
        }

        await FetchPricesAsync(azure, http, site, cancellationToken);
        if (!_isShutOut)
        {
            await WaitUntilReadyAsync(http, cancellationToken);
        }

        if (HasGateway)
        {
            await ChallengeAsync(cancellationToken);
        }

        foreach (var problem in _problems)
        {
            await output.WriteLineAsync(problem);
        }

        return _problems.Count == 0 ? 0 : 1;
    }

    private async Task ResolveSecretsAsync(
        ResourceManager azure,
        string site,
        IReadOnlyList<string> secrets,
        CancellationToken cancellationToken
    )
    {
        var settings = secrets.Select(secret => "Bittbridge__" + secret.Replace(":", "__", StringComparison.Ordinal)).ToList();
        var references = $"{site}/config/configreferences/appsettings";
        string missing = "";
        var isDone = await RepeatAsync(
            TriesForSecrets,
            async attempt =>
            {
                // The platform keeps a failed look-up for a day unless it is asked again.
                if (attempt % 6 == 0)
                {
                    await azure.PostAsync($"{references}/refresh?api-version=2022-03-01", cancellationToken);
                }

                var states = (await azure.ListAsync($"{references}?api-version=2022-03-01", cancellationToken)).ToDictionary(
                    reference => Text(reference, "name"),
                    reference => Text(reference.GetProperty("properties"), "status"),
                    StringComparer.OrdinalIgnoreCase
                );
                missing = string.Join(
                    ", ",
                    settings
                        .Select(setting => (Name: setting, Status: states.GetValueOrDefault(setting, "no reference")))
                        .Where(setting => setting.Status != "Resolved")
                        .Select(setting => $"{setting.Name}: {setting.Status}")
                );
                return missing.Length == 0 ? null : $"The app does not have its secrets yet ({missing})";
            },
            cancellationToken
        );
        if (isDone)
        {
            await output.WriteLineAsync("The app has its secrets.");
        }
        else
        {
            _problems.Add(
                $"The app did not get its secrets ({missing}) and runs without them: check that the vault has them and that its "
                    + "firewall is off, then run 'azd hooks run postdeploy'."
            );
        }
    }

    /// <summary>A timer without a past waits for its next mark, up to five minutes. The master key is used and forgotten.</summary>
    private async Task FetchPricesAsync(ResourceManager azure, HttpClient http, string site, CancellationToken cancellationToken)
    {
        var isDone = await RepeatAsync(
            Tries,
            async _ =>
            {
                var keys = await azure.PostAsync($"{site}/host/default/listKeys?api-version=2025-03-01", cancellationToken);
                if (keys is not { } listed || Text(listed, "masterKey") is not { Length: > 0 } key)
                {
                    return "The app's key is not there yet";
                }

                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_app, "admin/functions/RefreshPrices"))
                {
                    Content = new StringContent("""{"input":""}""", Encoding.UTF8, "application/json"),
                };
                request.Headers.Add("x-functions-key", key);
                using var response = await http.SendAsync(request, cancellationToken);
                _isShutOut = response.StatusCode == HttpStatusCode.Forbidden;
                return response.IsSuccessStatusCode || _isShutOut ? null : $"The app is not up yet (status {(int)response.StatusCode})";
            },
            cancellationToken
        );
        if (_isShutOut)
        {
            var text =
                "The app refuses this machine's address, so prices and health were not checked; the timer fetches prices within five "
                + "minutes. To check, run 'azd env set MINER_OPERATOR_ADDRESSES '[\"<address>/32\"]'' and 'azd up'.";
            if (HasGateway)
            {
                await output.WriteLineAsync(text);
            }
            else
            {
                _problems.Add(text);
            }
        }
        else if (isDone)
        {
            await output.WriteLineAsync("The first prices are being fetched.");
        }
        else
        {
            _problems.Add(
                "The prices could not be fetched at once; the timer tries within five minutes. If it fails too, the alert price-age fires: "
                    + "see docs/operations.md."
            );
        }
    }

    private async Task WaitUntilReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var ready = new Uri(_app, "health/ready");
        var last = "";
        var isDone = await RepeatAsync(
            Tries,
            async _ =>
            {
                using var response = await http.GetAsync(ready, cancellationToken);
                last = await response.Content.ReadAsStringAsync(cancellationToken);
                return response.StatusCode == HttpStatusCode.OK ? null : $"The miner is not ready yet (status {(int)response.StatusCode})";
            },
            cancellationToken
        );
        if (isDone)
        {
            await output.WriteLineAsync($"The miner is ready: {last}");
        }
        else
        {
            _problems.Add(
                $"The miner is not ready: see {ready}, and docs/operations.md for the reasons. It said: "
                    + $"{last[..Math.Min(last.Length, 500)]}"
            );
        }
    }

    /// <summary>
    /// Signed by a development key, which is no validator: a refusal for that reason comes from the miner, behind signature and clock.
    /// </summary>
    private async Task ChallengeAsync(CancellationToken cancellationToken)
    {
        var miner = new Uri($"http://{environment["MINER_PUBLIC_IP"]}:{environment.Required("MINER_PUBLIC_PORT")}");
        using var caller = DevelopmentKey.Derive("//Alice");
        using var dendrite = new Dendrite(
            miner,
            caller,
            Ss58Address.Parse(environment.Required("MINER_HOTKEY")),
            WireFormat.V10,
            TimeProvider.System
        );
        var last = "";
        var isDone = await RepeatAsync(
            Tries,
            async _ =>
            {
                var reply = await dendrite.AskAsync(cancellationToken);
                last = $"status {reply.Status}{(reply.Message is null ? "" : $", {reply.Message}")}";
                return reply.HasAxonHeaders && reply.Status is 200 or 403 ? null : $"The gateway does not lead to the miner yet ({last})";
            },
            cancellationToken
        );
        if (isDone)
        {
            await output.WriteLineAsync($"A signed challenge through the gateway reaches the miner ({last}).");
        }
        else
        {
            _problems.Add(
                $"A signed challenge to {miner.Authority} does not reach the miner ({last}): see docs/operations.md, alert answers, step 3."
            );
        }
    }

    /// <param name="tries">How often at most.</param>
    /// <param name="step">Gets the number of the try; returns null when it is done, else what is missing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<bool> RepeatAsync(int tries, Func<int, Task<string?>> step, CancellationToken cancellationToken)
    {
        var said = "";
        for (var attempt = 0; attempt < tries; attempt++)
        {
            string? missing;
            try
            {
                missing = await step(attempt);
            }
            catch (Exception exception)
                when (exception is HttpRequestException or JsonException
                    || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                )
            {
                missing = $"No answer yet ({exception.Message.TrimEnd('.')})";
            }

            if (missing is null)
            {
                return true;
            }

            if (missing != said)
            {
                await output.WriteLineAsync($"{missing}; trying again for up to {(tries - attempt) * pause.TotalMinutes:0} minutes.");
                said = missing;
            }

            await Task.Delay(pause, cancellationToken);
        }

        return false;
    }
}
