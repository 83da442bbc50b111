using System.Net.Http.Json;
using System.Text.Json;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Tools.Starting;

/// <summary>A running miner.</summary>
internal sealed class MinerProcess : IAsyncDisposable
{
    /// <summary>The development key that signs the first challenges, and pushed classes.</summary>
    public const string Caller = "//Alice";

    private const string ModelVariable = "Bittbridge__Model";
    private const string LinearModelVariable = "Bittbridge__LinearModel";

    private readonly ChildProcess _process;
    private readonly bool _isFunc;
    private readonly string _model;
    private readonly MinerLog _log;
    private readonly HttpClient _client;
    private readonly HotkeyPair _caller = DevelopmentKey.Derive(Caller);
    private readonly Dendrite _dendrite;

    private MinerProcess(ChildProcess process, Head head, MinerLog log, int port, Dictionary<string, string?> settings)
    {
        (_process, _isFunc, _log, Settings) = (process, head.Func is not null, log, settings);
        _model = Variables.Get(ModelVariable) ?? head.Environment.GetValueOrDefault(ModelVariable) ?? "";
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(15) };

        // The miner itself reports an invalid address.
        var hotkey = Ss58Address.TryParse(Hotkey, out var address) ? address : _caller.Address;
        // A cold miner on a busy machine may take longer than a validator waits.
        _dendrite = new(Address, _caller, hotkey, WireFormat.V10, TimeProvider.System) { Patience = TimeSpan.FromSeconds(30) };
    }

    public Uri Address => _client.BaseAddress!;

    /// <summary>The environment variables that were set for the miner.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>The setting in the environment; by default any caller with a valid signature is answered.</summary>
    private static string Access => Variables.Get("Bittbridge__Access") ?? "signed";

    private static string Hotkey => Variables.Get("Bittbridge__Hotkey") ?? DevelopmentKey.Derive("//Bob").Address.ToString();

    /// <summary>Starts the miner as Development on the emulator.</summary>
    public static MinerProcess Start(Checkout checkout, Head head, int port, string storage, PriceChoice prices, MinerLog log)
    {
        var command = head.Func is { } func
            ? Cli.Wrap(func).WithArguments(["start", "--port", $"{port}"]).WithWorkingDirectory(checkout.At(head.Project!))
            : Cli.Wrap(Programs.DotnetPath).WithArguments([head.Program, "--axon.port", $"{port}"]).WithWorkingDirectory(checkout.Root);
        var settings = SettingsOf(storage, prices, head);
        return new(ChildProcess.Start(command.WithEnvironmentVariables(settings), log.Write), head, log, port, settings);
    }

    /// <summary>Waits until the miner can give a forecast, and returns who may call it.</summary>
    public async Task<string> WaitUntilReadyAsync(Action<string> note, CancellationToken ct)
    {
        var timeout = TimeSpan.FromMinutes(_isFunc ? 3 : 1);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        var reason = "it does not listen yet";
        try
        {
            if (_isFunc)
            {
                // func runs a timer only at its next scheduled time, up to five minutes from now, so it is triggered here.
                await WaitForAsync("health/live", limit.Token);
                using var response = await _client.PostAsJsonAsync("admin/functions/RefreshPrices", new { input = "" }, limit.Token);
            }

            await WaitForAsync("health/ready", limit.Token);
            return Access;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new CommandException(
                $"The miner could not give a forecast within {timeout.TotalSeconds:0} s ({reason.TrimEnd('.')}): see its log, {_log.Path}, "
                    + "or try --prices FILE.csv with recorded prices."
            );
        }

        async Task WaitForAsync(string path, CancellationToken ct)
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

                    var unhealthy = (await HealthAsync(ct)).Where(part => part.Value.Status == "Unhealthy");
                    reason = string.Join("; ", unhealthy.Select(part => $"{part.Key}: {part.Value.Detail}"));
                    note(reason);
                }
                catch (Exception exception)
                    when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
                {
                    // It does not listen yet, or does not answer in time.
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
            }
        }
    }

    /// <summary>Waits until the miner ends by itself, and returns the reason.</summary>
    public async Task<CommandException> EndedAsync(CancellationToken ct)
    {
        // With exit code 2 the error stream holds only the sentences on invalid settings.
        var exitCode = await _process.WaitForExitAsync(ct);
        if (exitCode == 2 && _process.ErrorLines.Count > 0)
        {
            return new CommandException(string.Join(Environment.NewLine, _process.ErrorLines));
        }

        var last = _process
            .LastLines.TakeLast(15)
            .Select(line => $"{Environment.NewLine}  {MinerLogRecord.TryRead(line)?.ToString() ?? line}");
        return new CommandException(
            $"The miner stopped by itself with exit code {exitCode}: its last lines follow, and all of them are in "
                + $"{_log.Path}.{string.Concat(last)}"
        );
    }

    /// <summary>Sends one challenge, signed as a validator with a development key.</summary>
    public async Task<ChallengeReply> AskAsync(CancellationToken ct)
    {
        try
        {
            return await _dendrite.AskAsync(ct);
        }
        catch (Exception exception)
            when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new CommandException(
                $"The miner did not answer the challenge ({exception.Message.TrimEnd('.')}): see its log, and try again with --verbose."
            );
        }
    }

    /// <summary>Why the configured model did not answer; null if it did.</summary>
    public async Task<string?> ModelProblemAsync(ChallengeReply reply, CancellationToken ct)
    {
        var (wanted, answered) = (_model.Split('@')[0], reply.Model?.Split('@')[0]);
        if (answered == wanted || (wanted.Length == 0 && answered != "last-price"))
        {
            return null;
        }

        // The miner reuses a health report for a second.
        await Task.Delay(TimeSpan.FromSeconds(1.1), ct);
        return (await HealthAsync(ct)).GetValueOrDefault("model") is { Status: not "Healthy" } model ? model.Detail : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _client.Dispose();
        _dendrite.Dispose();
        _caller.Dispose();
    }

    private static Dictionary<string, string?> SettingsOf(string storage, PriceChoice prices, Head head)
    {
        var settings = new Dictionary<string, string?>
        {
            // The environment is Development only if all three agree.
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["Logging__Console__FormatterName"] = "json",
            ["Bittbridge__Storage"] = storage,
            ["Bittbridge__Prices__Source"] = prices.Source,
            ["AzureWebJobsStorage"] = storage,
            ["AzureWebJobsDisableHomepage"] = "true",
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
            ["BITTBRIDGE_STOP_AT_END_OF_INPUT"] = "1",
        };
        Dictionary<string, string> defaults = new(head.Environment)
        {
            ["Bittbridge__Access"] = Access,
            ["Bittbridge__Hotkey"] = Hotkey,
            ["Bittbridge__ModelSigners"] = DevelopmentKey.Derive(Caller).Address.ToString(),
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning",
            ["BITTBRIDGE_PRICES_SCHEDULE"] = "45 4-59/5 * * * *",
            ["BITTBRIDGE_HOUSEKEEPING_SCHEDULE"] = "30 7 * * * *",
            ["FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT"] = "1",
        };
        foreach (var (name, value) in defaults)
        {
            settings[name] = Variables.Get(name) ?? value;
        }

        // The miner's working directory is not the user's.
        if (
            Variables.Get(ModelVariable) is { } model
            && model.AsSpan().ContainsAny('/', '\\')
            && !model.Contains("://", StringComparison.Ordinal)
        )
        {
            settings[ModelVariable] = FullPath(model);
        }

        if (Variables.Get(LinearModelVariable) is { } linear)
        {
            settings[LinearModelVariable] = FullPath(linear);
        }

        if (prices.IsRecording)
        {
            settings["Bittbridge__Prices__Source"] = FullPath(prices.Source);
        }

        // Clears other spellings of the same settings in the environment, because the miner might take those instead.
        foreach (var other in settings.Keys.SelectMany(Variables.Spellings).ToList())
        {
            settings[other] = null;
        }

        return settings;
    }

    private static string FullPath(string path) => path.StartsWith('~') ? path : Path.GetFullPath(path);

    /// <summary>The health of each part, which a caller on this machine may read; empty while the miner does not answer.</summary>
    private async Task<Dictionary<string, HealthPart>> HealthAsync(CancellationToken ct)
    {
        try
        {
            // The status is 503 if a part is unhealthy.
            using var response = await _client.GetAsync("health/details", ct);
            return (await response.Content.ReadFromJsonAsync<Health>(ct))?.Parts ?? [];
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return [];
        }
    }

    private sealed record Health(Dictionary<string, HealthPart>? Parts);

    private sealed record HealthPart(string? Status, string? Detail);
}
