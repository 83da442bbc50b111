using Bittbridge.Tools.Running;

namespace Bittbridge.Tools.Starting;

/// <summary>What runs the miner: src/Functions under func, src/SelfHost, or a program with its own model.</summary>
/// <param name="Project">The project to build, below the root; null for the running program.</param>
/// <param name="Func">The path of func; null without func.</param>
/// <param name="Program">The built program.</param>
/// <param name="Reason">The choice and its reason, in words.</param>
internal sealed record Head(string? Project, string? Func, string Program, string Reason)
{
    /// <summary>Further defaults of environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>func if it is installed, else SelfHost.</summary>
    public static Head Of(Checkout checkout) =>
        Programs.Find("func") is { } func
            ? Of(checkout, "Functions", func, "Miner: func with src/Functions, because func is installed")
            : Of(checkout, "SelfHost", null, "Miner: src/SelfHost, because func (Azure Functions Core Tools) is not installed");

    /// <summary>The running program, started a second time with a variable that tells it to be the miner.</summary>
    public static Head ThisProgram(string path, string model, string variable) =>
        new(null, null, path, $"Miner: this program, with the model {model}")
        {
            Environment = new Dictionary<string, string> { [variable] = "1", ["Bittbridge__Model"] = model },
        };

    /// <summary>Builds the project if a source is newer than the last build.</summary>
    public async Task<string> BuildAsync(Checkout checkout, Action<string> note, CancellationToken ct)
    {
        var stamp = new FileInfo(Path.Combine(checkout.LocalFolder, "built-" + Path.GetFileName(Project)!.ToLowerInvariant()));
        if (stamp.Exists && File.Exists(Program) && Newest(checkout) < stamp.LastWriteTimeUtc)
        {
            return $"{Project} is built already";
        }

        // Written before the build, so that a change during the build is built the next time.
        await File.WriteAllTextAsync(stamp.FullName, "", ct);
        var build = await ChildProcess.RunAsync(Programs.Dotnet(checkout.Root, "build", Project!), note, ct);
        if (!build.Succeeded)
        {
            stamp.Delete();
            throw new CommandException($"dotnet build {Project} failed, so fix this first:\n{string.Join('\n', build.Errors)}");
        }

        return $"{Project} is built";
    }

    private static Head Of(Checkout checkout, string project, string? func, string reason) =>
        new("src/" + project, func, checkout.BuiltProgram("Bittbridge." + project), reason);

    // The time of a folder shows deleted files.
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
