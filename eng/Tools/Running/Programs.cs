using System.Runtime.InteropServices;

namespace Bittbridge.Tools.Running;

/// <summary>Finds programs the way a shell does.</summary>
public static class Programs
{
    /// <summary>The dotnet that runs this command, found from the runtime that it gave us; else the one on the path.</summary>
    public static string Dotnet { get; } = DotnetOfThisRuntime() ?? Find("dotnet") ?? "dotnet";

    /// <summary>The full path of a program on the path; null where there is none.</summary>
    public static string? Find(string name)
    {
        // On Windows a file without an ending is no program, even where npm puts one beside npm.cmd.
        string[] endings = OperatingSystem.IsWindows() ? (Environment.GetEnvironmentVariable("PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").Split(';') : [string.Empty];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

        return folders
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(IsProgram);
    }

    // The runtime lies in shared/Microsoft.NETCore.App/<version> below dotnet itself.
    private static string? DotnetOfThisRuntime()
    {
        var program = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(program) ? program : null;
    }

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
