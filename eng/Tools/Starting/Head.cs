using Bittbridge.Tools.Running;

namespace Bittbridge.Tools.Starting;

/// <summary>What runs the miner: src/Functions under func, src/SelfHost, or a program with a model of its own.</summary>
/// <param name="Project">The project to build, below the root; null for a program that runs already.</param>
/// <param name="Func">The path of func; null where func does not run it.</param>
/// <param name="Program">The built program where func does not run it.</param>
/// <param name="Reason">Which and why, in words.</param>
internal sealed record Head(string? Project, string? Func, string Program, string Reason)
{
    /// <summary>What the miner finds in its environment besides the usual settings, unless the user has set it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>func where it is installed, else SelfHost.</summary>
    public static Head Of(Checkout checkout) =>
        Programs.Find("func") is { } func
            ? new(
                "src/Functions",
                func,
                checkout.BuiltProgram("Bittbridge.Functions"),
                "Miner: func with src/Functions, because func is installed"
            )
            : new(
                "src/SelfHost",
                null,
                checkout.BuiltProgram("Bittbridge.SelfHost"),
                "Miner: src/SelfHost, because func (Azure Functions Core Tools) is not installed"
            );

    /// <summary>The running program, started once more with a variable that tells it so.</summary>
    public static Head ThisProgram(string path, string model, string variable) =>
        new(null, null, path, $"Miner: this program, with the model {model}")
        {
            Environment = new Dictionary<string, string> { [variable] = "1", ["Bittbridge__Model"] = model },
        };

    /// <summary>Builds it where a source is newer than the last build.</summary>
    public async Task BuildAsync(Checkout checkout, Step step, CancellationToken ct)
    {
        var stamp = new FileInfo(Path.Combine(checkout.LocalFolder, "built-" + Path.GetFileName(Project)!.ToLowerInvariant()));
        if (stamp.Exists && File.Exists(Program) && Newest(checkout) < stamp.LastWriteTimeUtc)
        {
            step.Outcome = $"{Project} is built already";
            return;
        }

        // Taken before the build: what changes meanwhile is built the next time.
        await File.WriteAllTextAsync(stamp.FullName, string.Empty, ct);
        var build = await ChildProcess.RunAsync(Programs.Dotnet(checkout.Root, "build", Project!), step.Note, ct);
        if (!build.Succeeded)
        {
            stamp.Delete();
            throw new CommandException(
                $"dotnet build {Project} failed, so fix this "
                    + $"first:{System.Environment.NewLine}{string.Join(System.Environment.NewLine, build.Errors)}"
            );
        }

        step.Outcome = $"{Project} is built";
    }

    // A folder's time tells of a deleted file.
    private static DateTime Newest(Checkout checkout) =>
        new DirectoryInfo(checkout.At("src"))
            .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Concat(
                new DirectoryInfo(checkout.Root)
                    .EnumerateFiles()
                    .Where(file => file.Extension is ".props" or ".targets" or ".json" or ".editorconfig" or ".txt")
            )
            .Max(entry => entry.LastWriteTimeUtc);
}
