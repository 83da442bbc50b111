using Bittbridge.Tools.Running;

namespace Bittbridge.Tools.Starting;

/// <summary>Which of the two heads runs the miner.</summary>
/// <param name="FuncProgram">The path of func; null where SelfHost runs.</param>
/// <param name="Reason">Which and why, in words.</param>
public sealed record HeadChoice(string? FuncProgram, string Reason)
{
    public bool IsFunctions => FuncProgram is not null;

    /// <summary>The project, below the root.</summary>
    public string Project => IsFunctions ? "src/Functions" : "src/SelfHost";

    /// <summary>func where it is installed and its worker packages can be restored, else SelfHost.</summary>
    public static async Task<HeadChoice> MakeAsync(Checkout checkout, Step step, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(checkout.At("src", "Functions")))
        {
            return new HeadChoice(null, "Miner: src/SelfHost, because this checkout has no src/Functions");
        }

        if (Programs.Find("func") is not { } func)
        {
            return new HeadChoice(null, "Miner: src/SelfHost, because func (Azure Functions Core Tools) is not installed");
        }

        var restore = await ChildProcess.RunAsync(CommandLine.Dotnet(checkout.Root, "restore", "src/Functions"), step.Note, cancellationToken);
        if (restore.Succeeded)
        {
            return new HeadChoice(func, "Miner: func with src/Functions, because func is installed and the worker packages are there");
        }

        return WorkerPackages.AllThatIsMissing(restore) is { } missing
            ? new HeadChoice(null, $"Miner: src/SelfHost, because func is installed but the package feed has no {missing[0]}{(missing.Count > 1 ? $" and {missing.Count - 1} more" : string.Empty)}")
            : new HeadChoice(null, $"Miner: src/SelfHost, because func is installed but dotnet restore src/Functions failed ({restore.Errors[0]})");
    }
}
