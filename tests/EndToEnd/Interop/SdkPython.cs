using System.Globalization;
using System.Text.Json;
using Bittbridge.EndToEnd.Tests.Starting;
using Bittbridge.Testing;
using Bittbridge.Tools.Running;
using CliWrap;

namespace Bittbridge.EndToEnd.Tests.Interop;

/// <summary>
/// A Python with a real Bittensor SDK, which an environment variable names. A test that needs one is skipped, and says so, where none is
/// named.
/// </summary>
internal static class SdkPython
{
    /// <summary>Names a Python with SDK 7 to 10, whose dendrite speaks v10.</summary>
    public const string Dendrite = "BITTBRIDGE_TEST_SDK10_PYTHON";

    /// <summary>Names a Python with SDK 11, whose <c>http_auth</c> speaks <c>btauth/1</c>.</summary>
    public const string HttpAuth = "BITTBRIDGE_TEST_SDK11_PYTHON";

    /// <summary>Skips the running test where no Python is named.</summary>
    public static void Require(string variable) =>
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)),
            $"{variable} names no Python with a Bittensor SDK, so the miner was not called by it: make one with 'python3 -m venv sdk' and "
                + $"'sdk/bin/pip install bittensor=={(variable == Dendrite ? "10.3.0" : "11.3.0")}', and set {variable} to the path of "
                + "sdk/bin/python."
        );

    /// <summary>Runs a script of this folder against a miner and reads what it prints.</summary>
    public static async Task<IReadOnlyList<SdkAnswer>> CallAsync(
        string variable,
        string script,
        Uri miner,
        string signer,
        string minersKey,
        int count
    )
    {
        var result = await ChildProcess.RunAsync(
            Cli.Wrap(Environment.GetEnvironmentVariable(variable)!)
                .WithArguments([
                    RepositoryFolder.At("tests", "EndToEnd", "Interop", script),
                    miner.Port.ToString(CultureInfo.InvariantCulture),
                    signer,
                    minersKey,
                    count.ToString(CultureInfo.InvariantCulture),
                ])
                .WithWorkingDirectory(RepositoryFolder.Root),
            onLine: null,
            TestContext.Current.CancellationToken
        );
        Assert.True(result.Succeeded, StartCommand.Text(result.Lines));
        return
        [
            .. result
                .Lines.Where(line => line.StartsWith("{\"status\"", StringComparison.Ordinal))
                .Select(line => JsonSerializer.Deserialize<SdkAnswer>(line, JsonSerializerOptions.Web)!),
        ];
    }
}
