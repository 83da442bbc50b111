using System.Net.Http.Json;
using System.Text.Json;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Tools.Starting;

/// <summary>The miner while it runs.</summary>
internal sealed class MinerProcess : IAsyncDisposable
{
    // The public address of the development key //Bob; everybody knows its secret.
    private const string DevelopmentHotkey = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
    private const string ModelVariable = "Bittbridge__Model";
    private const string FallbackModel = "last-price";

    private readonly ChildProcess _process;
    private readonly Head _head;
    private readonly MinerLog _log;
    private readonly HttpClient _client;
    private readonly DevelopmentValidator? _validator;

    private MinerProcess(ChildProcess process, Head head, MinerLog log, int port)
    {
        (_process, _head, _log) = (process, head, log);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(15) };

        // The miner itself rejects an invalid address.
        _validator = Ss58Address.TryParse(Hotkey, out var address) ? new DevelopmentValidator(address) : null;
    }

    public Uri Address => _client.BaseAddress!;

    /// <summary>Who may call: the setting of the environment, else anybody whose signature is valid.</summary>
    public static string Access => Set("Bittbridge__Access") ?? "signed";

    private static string Hotkey => Set("Bittbridge__Hotkey") ?? DevelopmentHotkey;

    /// <summary>Starts the miner as Development on the emulator.</summary>
    public static MinerProcess Start(Checkout checkout, Head head, int port, string storage, PriceChoice prices, MinerLog log)
    {
        var portText = port.ToString();
        var command = head.Func is { } func
            ? Cli.Wrap(func).WithArguments(["start", "--port", portText]).WithWorkingDirectory(checkout.At(head.Project!))
            : Cli.Wrap(Programs.DotnetPath).WithArguments([head.Program, "--axon.port", portText]).WithWorkingDirectory(checkout.Root);
        return new MinerProcess(
            ChildProcess.Start(command.WithEnvironmentVariables(Settings(storage, prices, head)), log.Write),
            head,
            log,
            port
        );
    }

    /// <summary>Waits until the miner can give a forecast.</summary>
    public async Task WaitUntilReadyAsync(Step step, CancellationToken ct)
    {
        var patience = _head.Func is null ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(3);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        var reason = "it does not listen yet";
        void Note(string text) => step.Note(reason = text);
        try
        {
            if (_head.Func is not null)
            {
                // A timer without a past would run at its next time only, up to five minutes from now.
                await WaitForAsync("health/live", Note, limit.Token);
                using var response = await _client.PostAsJsonAsync(
                    "admin/functions/RefreshPrices",
                    new { input = string.Empty },
                    limit.Token
                );
            }

            await WaitForAsync("health/ready", Note, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new CommandException(
                $"The miner could not give a forecast within {patience.TotalSeconds:0} s ({reason.TrimEnd('.')}): see what it wrote in "
                    + $"{_log.Path}, or try --prices FILE.csv with recorded prices."
            );
        }
    }

    /// <summary>Returns when the miner has ended by itself.</summary>
    public async Task<CommandException> EndedAsync(CancellationToken ct)
    {
        // A setting that can't be used is said in one sentence, the only line of its error stream.
        var exitCode = await _process.WaitForExitAsync(ct);
        if (exitCode == 2 && _process.ErrorLines.Count > 0)
        {
            return new CommandException(string.Join(Environment.NewLine, _process.ErrorLines));
        }

        var last = _process
            .LastLines.Where(line => line.Length > 0)
            .TakeLast(15)
            .Select(line => "  " + (MinerLogRecord.TryRead(line)?.ToString() ?? line));
        return new CommandException(
            $"The miner stopped by itself with exit code {exitCode}: its last lines follow, and all of them are in "
                + $"{_log.Path}.{Environment.NewLine}{string.Join(Environment.NewLine, last)}"
        );
    }

    /// <summary>Sends one challenge, as a validator with a development key.</summary>
    public Task<ChallengeReply> AskAsync(Challenge challenge, CancellationToken ct) => challenge.SendAsync(_client, _validator, ct);

    /// <summary>Whether the last price answered in place of the model that was asked for.</summary>
    public bool IsFallback(ChallengeReply reply) =>
        reply.Model?.StartsWith(FallbackModel + "@", StringComparison.Ordinal) == true
        && (Set(ModelVariable) ?? _head.Environment.GetValueOrDefault(ModelVariable))?.Split('@')[0] != FallbackModel;

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _client.Dispose();
        _validator?.Dispose();
    }

    private static Dictionary<string, string?> Settings(string storage, PriceChoice prices, Head head)
    {
        var settings = new Dictionary<string, string?>
        {
            // Only where all three agree is it Development.
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["Logging__Console__FormatterName"] = "json",
            ["Bittbridge__Storage"] = storage,
            ["Bittbridge__Prices__Source"] = prices.Source,
            ["AzureWebJobsStorage"] = storage,
            ["AzureWebJobsDisableHomepage"] = "true",
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        };
        Dictionary<string, string> defaults = new(head.Environment)
        {
            ["Bittbridge__Access"] = Access,
            ["Bittbridge__Hotkey"] = Hotkey,
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
            ["BITTBRIDGE_PRICES_SCHEDULE"] = "45 4-59/5 * * * *",
            ["BITTBRIDGE_HOUSEKEEPING_SCHEDULE"] = "30 7 * * * *",
            ["FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT"] = "1",
        };
        foreach (var (name, value) in defaults)
        {
            settings[name] = Set(name) ?? value;
        }

        // The miner starts in another folder than its user.
        if (Set(ModelVariable) is { } model && model.AsSpan().ContainsAny('/', '\\') && !model.StartsWith('~'))
        {
            settings[ModelVariable] = Path.GetFullPath(model);
        }

        return settings;
    }

    private static string? Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private async Task WaitForAsync(string path, Action<string> note, CancellationToken ct)
    {
        while (true)
        {
            if (_process.HasExited)
            {
                throw await EndedAsync(ct);
            }

            try
            {
                using var response = await _client.GetAsync(path, ct);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                note(await ReasonAsync(ct) ?? $"it answers {(int)response.StatusCode}");
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        }
    }

    // Only the operator reads the reasons, and a caller on this machine is one.
    private async Task<string?> ReasonAsync(CancellationToken ct)
    {
        try
        {
            // Its status is 503 where a part is unhealthy.
            using var response = await _client.GetAsync("health/details", ct);
            var health = await response.Content.ReadFromJsonAsync<Health>(ct);
            return
                string.Join(
                    "; ",
                    health?.Parts?.Where(part => part.Value.Status == "Unhealthy").Select(part => $"{part.Key}: {part.Value.Detail}") ?? []
                )
                    is { Length: > 0 } reasons
                ? reasons
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return null;
        }
    }

    private sealed record Health(Dictionary<string, HealthPart>? Parts);

    private sealed record HealthPart(string? Status, string? Detail);
}
