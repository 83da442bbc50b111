using System.Text.Json;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Tools;

/// <summary>Node and the packages of package-lock.json: Azurite, the charts of the dashboard and the linters.</summary>
internal static class NodeModules
{
    private const int MinNodeMajor = 20;

    /// <summary>Checks Node, and installs the packages unless the locked versions are installed.</summary>
    /// <exception cref="CommandException">Node is missing or too old, or npm failed.</exception>
    public static async Task EnsureAsync(Checkout checkout, Steps steps, CancellationToken ct)
    {
        await steps.RunAsync("Looking for Node", _ => NodeVersionAsync(checkout, ct), version => $"Node {version}");

        // npm writes its own lock last, so an interrupted install is detected.
        if (
            VersionsIn(checkout.At("package-lock.json")).SetEquals(VersionsIn(checkout.At("node_modules", ".package-lock.json")))
            && File.Exists(Azurite.Script(checkout))
        )
        {
            return;
        }

        await steps.RunAsync(
            "Installing Azurite, the dashboard's charts and the linters with npm ci (once, up to two minutes)",
            note => InstallAsync(checkout, note, ct),
            _ => "Azurite, the charts and the linters are installed"
        );
    }

    private static async Task<ProgramResult> InstallAsync(Checkout checkout, Action<string> note, CancellationToken ct)
    {
        var npm =
            Programs.Find("npm")
            ?? throw new CommandException("npm was not found on the path: it comes with Node from https://nodejs.org.");
        var command = Cli.Wrap(npm).WithArguments(["ci", "--no-audit", "--no-fund"]).WithWorkingDirectory(checkout.Root);
        var result = await ChildProcess.RunAsync(command, note, ct);
        return result.Succeeded && File.Exists(Azurite.Script(checkout))
            ? result
            : throw new CommandException(
                $"npm ci could not install Azurite ({string.Join(' ', result.Errors.Take(3))}): check the network and npm's registry "
                    + "setting, then try again."
            );
    }

    private static async Task<Version> NodeVersionAsync(Checkout checkout, CancellationToken ct)
    {
        Version? version = null;
        if (Programs.Find("node") is { } node)
        {
            var command = Cli.Wrap(node).WithArguments("--version").WithWorkingDirectory(checkout.Root);
            var result = await ChildProcess.RunAsync(command, onLine: null, ct);
            _ = Version.TryParse(string.Concat(result.Lines).TrimStart('v'), out version);
        }

        return version?.Major >= MinNodeMajor
            ? version
            : throw new CommandException(
                $"Azurite, the local storage, needs Node {MinNodeMajor} or later, and {version?.ToString() ?? "none"} was found: install "
                    + "it from https://nodejs.org."
            );
    }

    // Optional packages may be for another system and never installed.
    private static HashSet<string> VersionsIn(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return
        [
            .. json
                .RootElement.GetProperty("packages")
                .EnumerateObject()
                .Where(package => package.Name.Length > 0 && !package.Value.TryGetProperty("optional", out _))
                .Select(package => $"{package.Name}@{package.Value.GetProperty("version").GetString()}"),
        ];
    }
}
