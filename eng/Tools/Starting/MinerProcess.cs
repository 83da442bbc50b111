using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Bittbridge.Bittensor;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools.Starting;

/// <summary>The miner while it runs, under either head.</summary>
public sealed class MinerProcess : IAsyncDisposable
{
    // The public address of the development key //Bob; its secret is known to everybody.
    private const string DevelopmentHotkey = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

    private const string ModelVariable = "Bittbridge__Model";

    private readonly ChildProcess process;
    private readonly HeadChoice head;
    private readonly StreamWriter log;
    private readonly HttpClient client;
    private readonly DevelopmentValidator? validator;

    private MinerProcess(ChildProcess process, HeadChoice head, StreamWriter log, int port)
    {
        this.process = process;
        this.head = head;
        this.log = log;
        Address = new Uri($"http://127.0.0.1:{port}/");
        client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(15) };

        // An address that is none is the miner's to complain about.
        validator = Ss58Address.TryParse(Hotkey, out var address) ? new DevelopmentValidator(address) : null;
    }

    public Uri Address { get; }

    /// <summary>Who may call: the setting of the environment, else anybody whose signature holds.</summary>
    public static string Access => Set("Bittbridge__Access") ?? "signed";

    private static string Hotkey => Set("Bittbridge__Hotkey") ?? DevelopmentHotkey;

    public bool HasExited => process.HasExited;

    /// <summary>Builds the head where its sources have changed.</summary>
    public static async Task BuildAsync(Checkout checkout, HeadChoice head, Step step, CancellationToken cancellationToken)
    {
        var stamp = new BuildStamp(checkout, head);
        var program = Program(checkout, head);
        if (stamp.IsCurrent(program))
        {
            step.Outcome = $"{head.Project} is built already";
            return;
        }

        var build = await ChildProcess.RunAsync(CommandLine.Dotnet(checkout.Root, "build", head.Project), step.Note, cancellationToken);
        if (!build.Succeeded)
        {
            throw new CannotContinueException($"dotnet build {head.Project} failed, so mend this first:{Environment.NewLine}{string.Join(Environment.NewLine, build.Errors)}");
        }

        stamp.Write(program);
        step.Outcome = $"{head.Project} is built";
    }

    /// <summary>Starts the miner as Development on the emulator.</summary>
    /// <param name="checkout">Where it was built.</param>
    /// <param name="head">What runs it.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="storage">The emulator's connection string.</param>
    /// <param name="prices">Where prices come from.</param>
    /// <param name="onLine">Sees each line that the miner writes; all of them go to its log file too.</param>
    public static MinerProcess Start(Checkout checkout, HeadChoice head, int port, string storage, PriceChoice prices, Action<string> onLine)
    {
        var log = OpenLog(checkout);
        var portText = port.ToString(CultureInfo.InvariantCulture);
        var command = head.FuncProgram is { } func
            ? new CommandLine(func, "start", "--port", portText) { Folder = checkout.At("src", "Functions"), Environment = Settings(storage, prices, head) }
            : new CommandLine(Programs.Dotnet, Program(checkout, head), "--axon.port", portText) { Folder = checkout.Root, Environment = Settings(storage, prices, head) };
        var process = ChildProcess.Start(command, line =>
        {
            log.WriteLine(line);
            onLine(line);
        });
        return new MinerProcess(process, head, log, port);
    }

    /// <summary>Waits until the miner can give a forecast.</summary>
    public async Task WaitUntilReadyAsync(Step step, CancellationToken cancellationToken)
    {
        var patience = head.IsFunctions ? TimeSpan.FromMinutes(3) : TimeSpan.FromMinutes(1);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        var reason = "it does not listen yet";
        try
        {
            if (head.IsFunctions)
            {
                await WaitForAsync("health/live", said => reason = said, step, limit.Token);
                await RefreshPricesAsync(limit.Token);
            }

            await WaitForAsync("health/ready", said => reason = said, step, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CannotContinueException(
                $"The miner could not give a forecast within {patience.TotalSeconds:0} s ({reason.TrimEnd('.')}): see what it wrote in {LogPath(log)}, or try --prices FILE.csv with recorded prices.");
        }
    }

    /// <summary>Returns when the miner has ended by itself.</summary>
    public async Task<CannotContinueException> EndedAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return Ended();
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        client.Dispose();
        validator?.Dispose();
        await log.DisposeAsync();
    }

    /// <summary>Asks one challenge, as a validator with a development key.</summary>
    public Task<ChallengeReply> AskAsync(Challenge challenge, CancellationToken cancellationToken) => challenge.SendAsync(client, validator, cancellationToken);

    private static string Program(Checkout checkout, HeadChoice head) => head.OwnProgram ?? checkout.BuiltProgram("Bittbridge." + Path.GetFileName(head.Project));

    private static Dictionary<string, string?> Settings(string storage, PriceChoice prices, HeadChoice head)
    {
        var settings = Settings(storage, prices);
        foreach (var (name, value) in head.Environment)
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

    private static Dictionary<string, string?> Settings(string storage, PriceChoice prices) => new()
    {
        // Only where all three agree is it Development.
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["DOTNET_ENVIRONMENT"] = "Development",
        ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
        ["Logging__LogLevel__Microsoft.AspNetCore"] = Set("Logging__LogLevel__Microsoft.AspNetCore") ?? "Warning",
        ["Bittbridge__Storage"] = storage,
        ["Bittbridge__Prices__Source"] = prices.Source,
        ["Bittbridge__Access"] = Access,
        ["Bittbridge__Hotkey"] = Hotkey,
        ["BITTBRIDGE_PRICES_SCHEDULE"] = Set("BITTBRIDGE_PRICES_SCHEDULE") ?? "45 4-59/5 * * * *",
        ["BITTBRIDGE_HOUSEKEEPING_SCHEDULE"] = Set("BITTBRIDGE_HOUSEKEEPING_SCHEDULE") ?? "30 7 * * * *",
        ["AzureWebJobsStorage"] = storage,
        ["AzureWebJobsDisableHomepage"] = "true",
        ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
        ["FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT"] = Set("FUNCTIONS_CORE_TOOLS_TELEMETRY_OPTOUT") ?? "1",
    };

    private static string? Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string LogPath(StreamWriter log) => ((FileStream)log.BaseStream).Name;

    private static StreamWriter OpenLog(Checkout checkout)
    {
        // Several runs may share the state folder; each of them needs a log of its own.
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(checkout.LocalFolder, number == 1 ? "miner.log" : $"miner-{number}.log");
            try
            {
                return new StreamWriter(new FileStream(path, FileMode.Create, FileAccess.Write, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None)) { AutoFlush = true };
            }
            catch (IOException) when (number < 20)
            {
                // Another run has it.
            }
        }
    }

    private CannotContinueException Ended()
    {
        // Each setting that can't be used is one sentence, and nothing else stands in its error stream.
        if (process.ExitCode == ExitCodes.WrongUsage && process.ErrorLines is { Count: > 0 } sentences)
        {
            return new CannotContinueException(string.Join(Environment.NewLine, sentences));
        }

        var last = process.LastLines.Where(line => line.Length > 0).TakeLast(15).Select(line => "  " + line);
        return new CannotContinueException(
            $"The miner stopped by itself with exit code {process.ExitCode}: its last lines stand here and all of them in {LogPath(log)}.{Environment.NewLine}{string.Join(Environment.NewLine, last)}");
    }

    private async Task WaitForAsync(string path, Action<string> unready, Step step, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (process.HasExited)
            {
                await process.WaitForExitAsync(cancellationToken);
                throw Ended();
            }

            try
            {
                using var response = await client.GetAsync(path, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                var reason = await ReasonAsync(response, cancellationToken);
                unready(reason);
                step.Note(reason);
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return body.TryGetProperty("reason", out var reason) && reason.GetString() is { Length: > 0 } text ? text : $"it answers {(int)response.StatusCode}";
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return $"it answers {(int)response.StatusCode}";
        }
    }

    // A timer without a past would run at its next mark only, up to five minutes from now.
    private async Task RefreshPricesAsync(CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(new { input = string.Empty });
        using var response = await client.PostAsync("admin/functions/RefreshPrices", content, cancellationToken);
    }
}
