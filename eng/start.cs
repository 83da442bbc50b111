#!/usr/bin/env dotnet
#:property PublishAot=false
#:property RunAnalyzers=false
#:property NuGetAudit=false

// Starts the miner on this machine, asks it a first question and shows the answer: dotnet run eng/start.cs
// dotnet shows nothing while it compiles this file. So the file refers to no project and no package, which takes seconds; it then
// builds eng/Tools, which does the rest, and shows that it does.
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

var root = Path.GetFullPath(Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, ".."));
var tools = Path.Combine(root, "artifacts", "bin", "Bittbridge.Tools", "debug", "Bittbridge.Tools.dll");
var stamp = new FileInfo(Path.Combine(root, "artifacts", "eng", "built-tools"));
if (!File.Exists(tools) || !stamp.Exists || Newest() > stamp.LastWriteTimeUtc)
{
    // Written before the build, so that a change during the build is built the next time.
    stamp.Directory!.Create();
    File.WriteAllText(stamp.FullName, "");
    if (await BuildAsync() is { } problem)
    {
        stamp.Delete();
        await Console.Error.WriteLineAsync(problem);
        return 1;
    }
}

// From memory, so that a build beside a running miner can replace the files.
var resolver = new AssemblyDependencyResolver(tools);
AssemblyLoadContext.Default.Resolving += (context, name) =>
    resolver.ResolveAssemblyToPath(name) is { } path ? context.LoadFromStream(new MemoryStream(File.ReadAllBytes(path))) : null;
AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
    resolver.ResolveUnmanagedDllToPath(name) is { } path ? NativeLibrary.Load(path) : 0;
var start = AssemblyLoadContext
    .Default.LoadFromAssemblyName(new("Bittbridge.Tools"))
    .GetType("Bittbridge.Tools.Starting.LocalStart", throwOnError: true)!
    .GetMethod("RunAsync", [typeof(string[])])!;
return await (Task<int>)start.Invoke(null, [args])!;

// The time of a folder shows deleted files.
DateTime Newest()
{
    string[] sources = ["eng/Tools", "src/Bittensor"];
    string[] properties = [".", "eng", "src"];
    return sources
        .SelectMany(folder => new DirectoryInfo(Path.Combine(root, folder)).EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
        .Concat(
            properties.SelectMany(folder =>
                new DirectoryInfo(Path.Combine(root, folder))
                    .EnumerateFiles()
                    .Where(file => file.Extension is ".props" or ".targets" or ".json" or ".editorconfig" or ".txt")
            )
        )
        .Max(entry => entry.LastWriteTimeUtc);
}

// Null if it succeeded.
async Task<string?> BuildAsync()
{
    var (doing, clock) = ("Building the command itself (the first time, up to two minutes)", Stopwatch.StartNew());
    var isTerminal = !Console.IsOutputRedirected;
    Console.Write($"  {doing} …{(isTerminal ? "" : Environment.NewLine)}");
    var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
    using var build = Process.Start(
        new ProcessStartInfo(
            File.Exists(dotnet) || File.Exists(dotnet + ".exe") ? dotnet : "dotnet",
            ["build", Path.Combine(root, "eng", "Tools"), "--configuration", "Debug", "--verbosity", "quiet", "--nologo", "--tl:off"]
        )
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            // Without node reuse, since a build node would keep the pipe open.
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        }
    )!;
    EventHandler kill = (_, _) => build.Kill(entireProcessTree: true);
    AppDomain.CurrentDomain.ProcessExit += kill;
    var output = build.StandardOutput.ReadToEndAsync();
    while (await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(1))) != output)
    {
        if (isTerminal)
        {
            Console.Write($"\r  {doing} … {clock.Elapsed.TotalSeconds:0} s");
        }
    }

    await build.WaitForExitAsync();
    AppDomain.CurrentDomain.ProcessExit -= kill;
    var (mark, outcome) = build.ExitCode == 0 ? ("✓", "The command is built") : ("✗", "The command could not be built");
    var line = $"{mark} {outcome} ({clock.Elapsed.TotalSeconds:0.0} s)";
    Console.WriteLine(isTerminal ? "\r" + line.PadRight(doing.Length + 12) : line);
    return build.ExitCode == 0 ? null : $"dotnet build eng/Tools failed, so fix this first:{Environment.NewLine}{await output}";
}
