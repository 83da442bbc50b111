using System.Runtime.InteropServices;
using CliWrap;

namespace Bittbridge.Tools.Running;

/// <summary>Finds programs the way a shell does.</summary>
public static class Programs
{
    /// <summary>The dotnet whose runtime runs this process: the runtime is in shared/Microsoft.NETCore.App/VERSION below it.</summary>
    public static string DotnetPath { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet")) is var path
        && (File.Exists(path) || File.Exists(path + ".exe"))
            ? path
            : "dotnet";

    /// <summary>A command of the .NET SDK, in English. Without node reuse, since a build node would keep the pipes open.</summary>
    public static Command Dotnet(string folder, params IEnumerable<string> arguments) =>
        Cli.Wrap(DotnetPath)
            .WithArguments(arguments)
            .WithWorkingDirectory(folder)
            .WithEnvironmentVariables(variables =>
                variables.Set("DOTNET_CLI_UI_LANGUAGE", "en").Set("DOTNET_NOLOGO", "1").Set("MSBUILDDISABLENODEREUSE", "1")
            );

    /// <summary>The full path of a program on the path; null if there is none.</summary>
    public static string? Find(string name)
    {
        // On Windows a file without an extension is not a program, even though npm puts one beside npm.cmd.
        string[] extensions = OperatingSystem.IsWindows()
            ? (Environment.GetEnvironmentVariable("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").Split(';')
            : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => extensions.Select(extension => Path.Combine(folder, name + extension)))
            .FirstOrDefault(File.Exists);
    }
}
