#!/usr/bin/env dotnet
#:property PublishAot=false
#:project Tools/Bittbridge.Tools.csproj

// Starts the miner on this machine, asks it a first question and shows the answer: dotnet run eng/start.cs
using System.Globalization;
using Bittbridge.Tools;
using Bittbridge.Tools.Running;
using Bittbridge.Tools.Starting;
using Spectre.Console;

using var stop = new StopSignals();
var answered = false;
try
{
    var options = StartOptions.Parse(args);
    if (options.WantsHelp)
    {
        Console.WriteLine(StartOptions.Help);
        return ExitCodes.Succeeded;
    }

    return await RunAsync(options, Checkout.Find(), new Steps(options.Verbose), stop.Token);
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

async Task<int> RunAsync(StartOptions options, Checkout checkout, Steps steps, CancellationToken ct)
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
        var choice = await HeadChoice.MakeAsync(checkout, step, ct);
        step.Outcome = choice.Reason;
        return choice;
    });
    await steps.RunAsync($"Building {head.Project}", async step =>
    {
        await MinerProcess.BuildAsync(checkout, head, step, ct);
        return true;
    });

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

static void RequirePort(int port)
{
    if (Ports.IsBusy(port))
    {
        throw new CannotContinueException($"Port {port} is in use by another program: stop that program, or choose another port with --port {(port < ushort.MaxValue ? port + 1 : port - 1)}.");
    }
}

static void SayWhatIsNext(Uri address)
{
    Steps.Say("Next");
    Steps.Say($"  ask it again     dotnet run --project src/Cli -- challenge --url {address} --count 3");
    Steps.Say($"  see its health   {address}health/ready");
    Steps.Say("  use plain curl   set Bittbridge__Access=open in the environment and start again: then no signature is asked for");
    Steps.Say("  change its ways  the settings in README.md, as environment variables");
    Steps.Say("  stop everything  Ctrl+C");
    Steps.Say("");
}
