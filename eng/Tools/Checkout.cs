namespace Bittbridge.Tools;

/// <summary>The checkout that a command of this folder belongs to, wherever it was called from.</summary>
/// <param name="Root">The folder that holds the solution.</param>
public sealed record Checkout(string Root)
{
    public const string SolutionName = "Bittbridge.Serverless.sln";

    /// <summary>The solution without src/Functions, for feeds that lack the Functions worker packages.</summary>
    public const string FilterName = "Bittbridge.Serverless.WithoutFunctions.slnf";

    /// <summary>Names another folder than <c>.local</c> for what a run leaves behind.</summary>
    public const string LocalFolderVariable = "BITTBRIDGE_LOCAL_FOLDER";

    /// <summary>Where a run keeps its state: Azurite's tables, the miner's log, the stamp of the last build. Git does not see it.</summary>
    public string LocalFolder { get; } =
        Environment.GetEnvironmentVariable(LocalFolderVariable) is { Length: > 0 } named ? Path.GetFullPath(named) : Path.Combine(Root, ".local");

    /// <summary>Finds the checkout from the file-based app that runs, or from where a built program lies.</summary>
    public static Checkout Find()
    {
        var from = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? AppContext.BaseDirectory;
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionName)))
            {
                return new Checkout(folder.FullName);
            }
        }

        throw new CannotContinueException($"No {SolutionName} was found above {from}: run this command from inside a checkout of the repository.");
    }

    /// <summary>A path below the root.</summary>
    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Where the build puts a project's program.</summary>
    public string BuiltProgram(string assembly) => At("artifacts", "bin", assembly, "debug", assembly + ".dll");

    /// <summary>Makes sure that the state folder can be written.</summary>
    public void EnsureLocalFolder()
    {
        try
        {
            Directory.CreateDirectory(LocalFolder);
            var probe = Path.Combine(LocalFolder, $".probe-{Environment.ProcessId}");
            File.WriteAllText(probe, string.Empty);
            File.Delete(probe);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CannotContinueException(
                $"The folder {LocalFolder} cannot be written ({problem.Message.TrimEnd('.')}): give yourself write access to it, or name another one in {LocalFolderVariable}.");
        }
    }
}
