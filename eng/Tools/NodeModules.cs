using System.Text.Json;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools;

/// <summary>The packages of package-lock.json: Azurite and what it needs.</summary>
public static class NodeModules
{
    /// <summary>Whether the Azurite that the lock names is installed in full.</summary>
    public static bool AreInstalled(Checkout checkout)
    {
        // npm writes this file last, so that an interrupted install is seen.
        var installed = checkout.At("node_modules", "azurite", "package.json");
        return File.Exists(checkout.At("node_modules", ".package-lock.json"))
            && File.Exists(installed)
            && VersionIn(installed) == LockedVersion(checkout);
    }

    /// <summary>The version that the lock names.</summary>
    public static string LockedVersion(Checkout checkout)
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(checkout.At("package-lock.json")));
        return locked.RootElement.GetProperty("packages").GetProperty("node_modules/azurite").GetProperty("version").GetString()!;
    }

    /// <summary>Installs what the lock names, where it is not there yet.</summary>
    public static async Task EnsureAsync(Checkout checkout, Steps steps, CancellationToken cancellationToken)
    {
        if (AreInstalled(checkout))
        {
            return;
        }

        await steps.RunAsync("Installing Azurite, the local storage, with npm ci (once, about half a minute)", async step =>
        {
            var npm = Programs.Find("npm") ?? throw new CannotContinueException("npm was not found on the path: it comes with Node from https://nodejs.org.");
            var result = await ChildProcess.RunAsync(new CommandLine(npm, "ci", "--no-audit", "--no-fund") { Folder = checkout.Root }, step.Note, cancellationToken);
            if (!result.Succeeded || !AreInstalled(checkout))
            {
                var reason = result.Lines.FirstOrDefault(line => line.StartsWith("npm error", StringComparison.Ordinal) && !line.Contains("npm error code", StringComparison.Ordinal))
                    ?? result.Lines.LastOrDefault(line => line.Length > 0) ?? "no reason given";
                throw new CannotContinueException($"npm ci could not install Azurite ({reason}): check the network and npm's registry setting, then try again.");
            }

            step.Outcome = $"Azurite {LockedVersion(checkout)} installed";
            return true;
        });
    }

    private static string? VersionIn(string path)
    {
        using var package = JsonDocument.Parse(File.ReadAllText(path));
        return package.RootElement.GetProperty("version").GetString();
    }
}
