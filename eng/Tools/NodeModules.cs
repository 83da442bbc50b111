using System.Text.Json;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.Tools;

/// <summary>Node and the packages of package-lock.json: Azurite and the linters.</summary>
internal static class NodeModules
{
    private const int MinNodeMajor = 20;

    /// <summary>Checks the .NET SDK, Node and npm, and returns their versions in words.</summary>
    /// <exception cref="CommandException">Names what is missing.</exception>
    public static async Task<string> CheckPrerequisitesAsync(Checkout checkout, CancellationToken ct)
    {
        var sdk = await VersionAsync(checkout, Programs.DotnetPath, ct);
        if (sdk?.Major != 10)
        {
            throw new CommandException(
                $"The .NET SDK 10 is needed and {sdk?.ToString() ?? "none"} was found: install it from https://dot.net."
            );
        }

        var node = Programs.Find("node") is { } program ? await VersionAsync(checkout, program, ct) : null;
        if (node is null || node.Major < MinNodeMajor)
        {
            throw new CommandException(
                $"Node {MinNodeMajor} or later is needed for Azurite, the local storage, and {node?.ToString() ?? "none"} was found: "
                    + "install it from https://nodejs.org."
            );
        }

        return Programs.Find("npm") is not null
            ? $".NET SDK {sdk} and Node {node}"
            : throw new CommandException(
                "npm is needed to install Azurite, the local storage, and was not found on the path: it comes with Node from "
                    + "https://nodejs.org."
            );
    }

    /// <summary>Installs what the lock names unless it is installed.</summary>
    public static async Task EnsureAsync(Checkout checkout, Steps steps, CancellationToken ct)
    {
        // npm writes its own lock last, so that an interrupted install is seen.
        string locked = checkout.At("package-lock.json"),
            installed = checkout.At("node_modules", ".package-lock.json");
        if (VersionsIn(locked).SetEquals(VersionsIn(installed)) && File.Exists(Azurite.Script(checkout)))
        {
            return;
        }

        await steps.RunAsync(
            "Installing Azurite, the local storage, and the linters with npm ci (once, up to two minutes)",
            async step =>
            {
                var npm =
                    Programs.Find("npm")
                    ?? throw new CommandException("npm was not found on the path: it comes with Node from https://nodejs.org.");
                var result = await ChildProcess.RunAsync(
                    Cli.Wrap(npm).WithArguments(["ci", "--no-audit", "--no-fund"]).WithWorkingDirectory(checkout.Root),
                    step.Note,
                    ct
                );
                return result.Succeeded && File.Exists(Azurite.Script(checkout))
                    ? step.Outcome = "Azurite and the linters are installed"
                    : throw new CommandException(
                        $"npm ci could not install Azurite ({string.Join(' ', result.Errors.Take(3))}): check the network and npm's "
                            + "registry setting, then try again."
                    );
            }
        );
    }

    private static async Task<Version?> VersionAsync(Checkout checkout, string program, CancellationToken ct)
    {
        var result = await ChildProcess.RunAsync(
            Cli.Wrap(program).WithArguments("--version").WithWorkingDirectory(checkout.Root),
            onLine: null,
            ct
        );
        return result.Succeeded && Version.TryParse(string.Join(' ', result.Lines.Take(1)).TrimStart('v').Split('-')[0], out var version)
            ? version
            : null;
    }

    // Packages for another system are in the lock and never installed.
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
                .Where(package =>
                    package.Name.Length > 0 && !(package.Value.TryGetProperty("optional", out var optional) && optional.GetBoolean())
                )
                .Select(package => $"{package.Name}@{package.Value.GetProperty("version").GetString()}"),
        ];
    }
}
