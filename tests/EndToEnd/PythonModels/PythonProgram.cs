using System.Text.RegularExpressions;
using Bittbridge.EndToEnd.Tests.Starting;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.EndToEnd.Tests.PythonModels;

/// <summary>examples/python/serve.py with a model, as a process.</summary>
internal sealed partial class PythonProgram : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private PythonProgram(ChildProcess process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    public int Port => new Uri(Url).Port;

    public IReadOnlyList<string> Lines => _process.LastLines;

    public IReadOnlyList<string> ErrorLines => _process.ErrorLines;

    /// <summary>Any Python 3.</summary>
    public static string Any()
    {
        var python = new[] { "python3", "python" }.Select(Programs.Find).FirstOrDefault(found => found is not null);
        Assert.SkipWhen(python is null, "There is no python3 on the PATH, so serve.py was not run: install Python 3.8 or later.");
        return python!;
    }

    /// <summary>A Python that has a package; the running test is skipped without one.</summary>
    /// <param name="module">The name that a program imports.</param>
    /// <param name="package">Debian's name of the package.</param>
    public static async Task<string> WithAsync(string module, string package)
    {
        foreach (var python in new[] { "/usr/bin/python3", Programs.Find("python3") }.OfType<string>().Where(File.Exists))
        {
            if ((await RunAsync(python, "-c", $"import {module}")).Succeeded)
            {
                return python;
            }
        }

        Assert.Skip($"No Python has {module}, so its example was not run: 'apt-get install {package}' installs it on Debian and Ubuntu.");
        return "";
    }

    public static Task<ProgramResult> RunAsync(string python, params string[] arguments) =>
        ChildProcess.RunAsync(Command(python, arguments), onLine: null, TestContext.Current.CancellationToken);

    /// <summary>Runs serve.py to its end, when it can't serve.</summary>
    public static Task<ProgramResult> RunServeAsync(string python, params string[] arguments) =>
        RunAsync(python, [Example("serve.py"), .. arguments]);

    /// <summary>Starts serve.py on a free port and waits until it serves.</summary>
    public static async Task<PythonProgram> StartAsync(
        string python,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null
    )
    {
        var command = Command(python, [Example("serve.py"), .. arguments, "--port", "0"]);
        var process = ChildProcess.Start(
            environment is null
                ? command
                : command.WithEnvironmentVariables(
                    command
                        .EnvironmentVariables.Concat(environment)
                        .GroupBy(one => one.Key)
                        .ToDictionary(one => one.Key, one => one.Last().Value)
                )
        );
        await Eventually.TrueAsync(
            () => process.HasExited || process.LastLines.Any(line => Served().IsMatch(line)),
            () => StartCommand.Text(process.LastLines)
        );
        Assert.False(process.HasExited, StartCommand.Text(process.LastLines));
        return new(process, process.LastLines.Select(line => Served().Match(line)).First(match => match.Success).Groups["url"].Value);
    }

    public static string Example(string file) => RepositoryFolder.At("examples", "python", file);

    /// <summary>Sends SIGTERM and waits for the end; Unix only.</summary>
    public async Task<int> TerminateAsync()
    {
        StartCommand.Terminate(_process);
        return await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3));
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static Command Command(string python, IEnumerable<string> arguments) =>
        Cli.Wrap(python)
            .WithArguments(arguments)
            .WithWorkingDirectory(RepositoryFolder.Root)
            .WithEnvironmentVariables(variables => variables.Set("PYTHONDONTWRITEBYTECODE", "1").Set("PYTHONUTF8", "1"));

    [GeneratedRegex("answers at (?<url>http://127[.]0[.]0[.]1:[0-9]+/)", RegexOptions.ExplicitCapture)]
    private static partial Regex Served();
}
