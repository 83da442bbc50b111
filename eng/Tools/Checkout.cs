using System.Reflection;

namespace Bittbridge.Tools;

/// <summary>The checkout of the repository.</summary>
/// <param name="Root">The folder that holds the solution.</param>
public sealed record Checkout(string Root)
{
    public const string SolutionName = "Bittbridge.Serverless.sln";

    /// <summary>Names another folder than <c>.local</c>.</summary>
    public const string LocalFolderVariable = "BITTBRIDGE_LOCAL_FOLDER";

    /// <summary>The folder of Azurite's data, the miner's log and the stamp of the last build, which Git ignores.</summary>
    public string LocalFolder { get; } =
        Environment.GetEnvironmentVariable(LocalFolderVariable) is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Combine(Root, ".local");

    /// <summary>
    /// Searches upwards from the file-based app or the built program, from the working directory and from where this was built: a model's
    /// file may be anywhere.
    /// </summary>
    public static Checkout Find()
    {
        string[] starts =
        [
            AppContext.GetData("EntryPointFileDirectoryPath") as string ?? AppContext.BaseDirectory,
            Environment.CurrentDirectory,
            .. typeof(Checkout)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Where(data => data is { Key: "Checkout", Value: not null })
                .Select(data => data.Value!),
        ];
        foreach (var start in starts)
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, SolutionName)))
                {
                    return new Checkout(folder.FullName);
                }
            }
        }

        throw new CommandException(
            $"No {SolutionName} was found above {starts[0]}, above the working directory or where this program was built: run this "
                + "command in a checkout of the repository."
        );
    }

    /// <summary>A path below the root.</summary>
    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The path of a built project.</summary>
    public string BuiltProgram(string assembly) => At("artifacts", "bin", assembly, "debug", assembly + ".dll");

    /// <summary>Opens the first of <c>name</c>, <c>name-2</c>, … in the local folder that no other run has open.</summary>
    internal FileStream ClaimFile(string name, string extension, FileMode mode)
    {
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(LocalFolder, number == 1 ? name + extension : $"{name}-{number}{extension}");
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, mode, FileAccess.Write, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None);
            }
            catch (IOException) when (number < 20 && File.Exists(path))
            {
                // Another run has it open.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CommandException(
                    $"The folder {LocalFolder} cannot be written ({exception.Message.TrimEnd('.')}): give yourself write access to it, "
                        + $"or name another one in {LocalFolderVariable}."
                );
            }
        }
    }
}
