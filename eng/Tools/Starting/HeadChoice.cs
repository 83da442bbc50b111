using Bittbridge.Tools.Running;

namespace Bittbridge.Tools.Starting;

/// <summary>What runs the miner: one of the two heads, or the program that asks.</summary>
/// <param name="FuncProgram">The path of func; null where func does not run it.</param>
/// <param name="Reason">Which and why, in words.</param>
public sealed record HeadChoice(string? FuncProgram, string Reason)
{
    public bool IsFunctions => FuncProgram is not null;

    /// <summary>Whether the program that asks is started once more as the miner.</summary>
    public bool IsThisProgram => OwnProgram is not null;

    /// <summary>The path of that program; null for a head of the repository.</summary>
    public string? OwnProgram { get; private init; }

    /// <summary>What the miner finds in its environment besides the usual settings, unless the user has set it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private init; } = new Dictionary<string, string>();

    /// <summary>The project, below the root.</summary>
    public string Project => IsFunctions ? "src/Functions" : "src/SelfHost";

    /// <summary>The program that asks, started once more with a variable that tells it so.</summary>
    public static HeadChoice ThisProgram(string path, string model, string variable) => new(FuncProgram: null, $"Miner: this program, with the model {model}")
    {
        OwnProgram = path,
        Environment = new Dictionary<string, string> { [variable] = "1", ["Bittbridge__Model"] = model },
    };

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
