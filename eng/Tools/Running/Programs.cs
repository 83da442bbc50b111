using System.Runtime.InteropServices;
using CliWrap;

namespace Bittbridge.Tools.Running;

/// <summary>Finds programs the way a shell does.</summary>
public static class Programs
{
    /// <summary>The dotnet that runs this process, found from its runtime; else the one on the path.</summary>
    public static string DotnetPath { get; } = DotnetOfThisRuntime() ?? Find("dotnet") ?? "dotnet";

    /// <summary>The .NET SDK that runs this process, in English. No build node stays behind that would hold the pipes open.</summary>
    public static Command Dotnet(string folder, params IEnumerable<string> arguments) =>
        Cli.Wrap(DotnetPath)
            .WithArguments(arguments)
            .WithWorkingDirectory(folder)
            .WithEnvironmentVariables(variables =>
                variables.Set("DOTNET_CLI_UI_LANGUAGE", "en").Set("DOTNET_NOLOGO", "1").Set("MSBUILDDISABLENODEREUSE", "1")
            );

    /// <summary>The full path of a program on the path; null when it is not there.</summary>
    public static string? Find(string name)
    {
        // On Windows a file without an extension is no program, even where npm puts one beside npm.cmd.
        string[] extensions = OperatingSystem.IsWindows()
            ? (Environment.GetEnvironmentVariable("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").Split(';')
            : [string.Empty];
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => extensions.Select(extension => Path.Combine(folder, name + extension)))
            .FirstOrDefault(IsProgram);
    }

    // The runtime's folder is shared/Microsoft.NETCore.App/<version> below dotnet itself.
    private static string? DotnetOfThisRuntime()
    {
        var path = Path.GetFullPath(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet")
        );
        return File.Exists(path) ? path : null;
    }

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (
            OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0
        );
}
