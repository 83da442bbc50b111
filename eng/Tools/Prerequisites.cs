using System.Globalization;
using Bittbridge.Tools.Running;

namespace Bittbridge.Tools;

/// <summary>What must be on the machine before anything else can be done.</summary>
public static class Prerequisites
{
    private const int OldestNode = 20;

    /// <summary>Checks the .NET SDK, Node and npm; the versions in words, or an exception that names what is missing.</summary>
    public static async Task<string> CheckAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        var sdk = await VersionAsync(checkout, Programs.Dotnet, cancellationToken);
        if (sdk is null || MajorOf(sdk) != 10)
        {
            throw new CannotContinueException($"The .NET SDK 10 is needed and {(sdk is null ? "none" : $"{sdk}")} was found: install it from https://dot.net.");
        }

        var node = Programs.Find("node") is { } program ? await VersionAsync(checkout, program, cancellationToken) : null;
        if (node is null || MajorOf(node) < OldestNode)
        {
            throw new CannotContinueException(
                $"Node {OldestNode} or later is needed for Azurite, the local storage, and {(node is null ? "none" : $"{node}")} was found: install it from https://nodejs.org.");
        }

        if (Programs.Find("npm") is null)
        {
            throw new CannotContinueException("npm is needed to install Azurite, the local storage, and was not found on the path: it comes with Node from https://nodejs.org.");
        }

        return $".NET SDK {sdk} and Node {node.TrimStart('v')}";
    }

    private static async Task<string?> VersionAsync(Checkout checkout, string program, CancellationToken cancellationToken)
    {
        var result = await ChildProcess.RunAsync(new CommandLine(program, "--version") { Folder = checkout.Root }, onLine: null, cancellationToken);
        return result.Succeeded ? result.Lines.FirstOrDefault(line => line.Length > 0) : null;
    }

    private static int MajorOf(string version) =>
        int.TryParse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture, out var major) ? major : 0;
}
