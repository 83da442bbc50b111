using System.Globalization;
using System.Reflection;
using Bittbridge.Tools.Running;
using Spectre.Console;

namespace Bittbridge.Tools.Starting;

/// <summary>The start on one's own machine: Azurite, prices, the miner and a first challenge; Ctrl+C stops everything.</summary>
public sealed class LocalStart
{
    /// <summary>Set for a program that is started once more, to be the miner.</summary>
    private const string HeadVariable = "BITTBRIDGE_LOCAL_HEAD";

    private readonly HeadChoice? given;
    private bool answered;

    private LocalStart(HeadChoice? given) => this.given = given;

    /// <summary>The file-based app that runs, as its user types it.</summary>
    private static string Command(Checkout checkout) =>
        AppContext.GetData("EntryPointFilePath") is string file ? Path.GetRelativePath(checkout.Root, file).Replace('\\', '/') : "eng/start.cs";

    /// <summary>Starts the miner as it stands in the repository.</summary>
    public static Task<int> RunAsync(string[] args) => new LocalStart(given: null).StartAsync(args);

    /// <summary>Starts a miner with a model of one's own. The running program is started a second time, as that miner: two processes, one file.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="model">The model's name, for the setting <c>Model</c> where that is not set.</param>
    /// <param name="miner">Runs the miner with the switches it is given.</param>
    public static Task<int> RunAsync(string[] args, string model, Func<string[], Task<int>> miner)
    {
        ArgumentNullException.ThrowIfNull(miner);
        return Environment.GetEnvironmentVariable(HeadVariable) is { Length: > 0 }
            ? miner(args)
            : new LocalStart(HeadChoice.ThisProgram(Assembly.GetEntryAssembly()!.Location, model, HeadVariable)).StartAsync(args);
    }

    private async Task<int> StartAsync(string[] args)
    {
        using var stop = new StopSignals();
        try
        {
            var options = StartOptions.Parse(args);
            var checkout = Checkout.Find();
            if (options.WantsHelp)
            {
                Console.WriteLine(StartOptions.HelpFor(Command(checkout)));
                return ExitCodes.Succeeded;
            }

            return await RunAsync(options, checkout, new Steps(options.Verbose), stop.Token);
        }
        catch (CannotContinueException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return problem.ExitCode;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            Console.WriteLine("Stopped.");
            return answered ? ExitCodes.Succeeded : ExitCodes.Interrupted;
        }
    }

    private async Task<int> RunAsync(StartOptions options, Checkout checkout, Steps steps, CancellationToken ct)
    {
        RequirePort(options.Port);
        checkout.EnsureLocalFolder();
        await steps.RunAsync("Looking for the .NET SDK and Node", async step => step.Outcome = await Prerequisites.CheckAsync(checkout, ct));
        await NodeModules.EnsureAsync(checkout, steps, ct);

        var prices = await steps.RunAsync("Choosing the source of prices", async step =>
        {
            var choice = await PriceChoice.MakeAsync(options.Recording, ct);
            step.Outcome = choice.Reason;
            return choice;
        });
        var head = await steps.RunAsync("Choosing what runs the miner", async step =>
        {
            var choice = given ?? await HeadChoice.MakeAsync(checkout, step, ct);
            step.Outcome = choice.Reason;
            return choice;
        });
        if (!head.IsThisProgram)
        {
            await steps.RunAsync($"Building {head.Project}", async step =>
            {
                await MinerProcess.BuildAsync(checkout, head, step, ct);
                return true;
            });
        }

        // A recording is played as if it ended now: what an earlier play has stored would mix with it.
        using var folder = prices.IsRecording ? null : AzuriteFolder.Claim(checkout);
        await using var azurite = await steps.RunAsync("Starting Azurite, the local storage", async step =>
        {
            var started = await Azurite.StartAsync(checkout, folder?.Path, AzuritePorts.Any, ct);
            step.Outcome = $"Azurite listens on ports {started.Ports.Blob} (blobs), {started.Ports.Queue} (queues) and {started.Ports.Table} (tables), its data in {folder?.Path ?? "memory, for this run only"}";
            return started;
        });

        var showLog = options.Verbose;
        await using var miner = await steps.RunAsync("Starting the miner", async step =>
        {
            RequirePort(options.Port);
            var started = MinerProcess.Start(checkout, head, options.Port, azurite.ConnectionString, prices, line =>
            {
                if (Volatile.Read(ref showLog))
                {
                    Console.WriteLine("  " + line);
                }
            });
            try
            {
                await started.WaitUntilReadyAsync(step, ct);
            }
            catch
            {
                await started.DisposeAsync();
                throw;
            }

            step.Outcome = $"The miner listens on {started.Address}, in Development; access: {MinerProcess.Access}{(MinerProcess.Access == "signed" ? " (any valid signature)" : string.Empty)}";
            return started;
        });

        var challenge = Challenge.Now();
        var first = await miner.AskAsync(challenge, ct);
        var warm = await miner.AskAsync(Challenge.Now(), ct);
        answered = first.HoldsForecast;
        Steps.Say("");
        Steps.Say($"Asked     POST {miner.Address}Challenge  {challenge.Body}");
        Steps.Say($"Signed    by the development key {DevelopmentValidator.Name}, as a validator signs");
        steps.Console.MarkupLineInterpolated($"Answered  [bold]{first.InWords(prices)}[/]");
        Steps.Say($"Model     {first.Model ?? "none"}");
        Steps.Say(string.Create(CultureInfo.InvariantCulture, $"Took      {first.Took.TotalMilliseconds:0.0} ms the first time, {warm.Took.TotalMilliseconds:0.0} ms the second"));
        if (options.Once)
        {
            return answered ? ExitCodes.Succeeded : ExitCodes.Failed;
        }

        Steps.Say("");
        SayWhatIsNext(miner.Address);
        Volatile.Write(ref showLog, true);
        throw await miner.EndedAsync(ct);
    }

    private static void RequirePort(int port)
    {
        if (Ports.IsBusy(port))
        {
            throw new CannotContinueException($"Port {port} is in use by another program: stop that program, or choose another port with --port {(port < ushort.MaxValue ? port + 1 : port - 1)}.");
        }
    }

    private static void SayWhatIsNext(Uri address)
    {
        Steps.Say("Next");
        Steps.Say($"  ask it again     dotnet run --project src/Cli -- challenge --url {address} --count 3");
        Steps.Say($"  see its health   {address}health/details");
        Steps.Say("  use plain curl   set Bittbridge__Access=open in the environment and start again: then no signature is asked for");
        Steps.Say("  change its ways  the settings in README.md, as environment variables");
        Steps.Say("  stop everything  Ctrl+C");
        Steps.Say("");
    }
}
