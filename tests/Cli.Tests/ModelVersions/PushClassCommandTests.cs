using Bittbridge.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Bittbridge.Cli.Tests.ModelVersions;

/// <summary>The command line of a push. OwnModelTests pushes a class into a running miner.</summary>
[Collection("console")]
public sealed class PushClassCommandTests
{
    [Theory]
    [InlineData(2, "A miner runs only a class that is signed: name the key with --hotkey-file FILE.", "--storage", "minerstate")]
    [InlineData(2, "--dev is 'Alice': give a development key such as //Alice", "--storage", "minerstate", "--dev", "Alice")]
    [InlineData(2, "Sign with --dev or with --hotkey-file, not with both.", "--dev", "//Alice", "--hotkey-file", "none")]
    [InlineData(2, "The hotkey file ", "--storage", "minerstate", "--hotkey-file", "none")]
    [InlineData(1, " has files for single platforms, such as native libraries", "--storage", "minerstate", "--dev", "//Alice")]
    public async Task What_is_wrong_with_a_push_is_one_sentence(int status, string said, params string[] options)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();

        var (exit, _, error) = await TypedCommand.RunAsync(() =>
            CliApp.RunAsync("dotnet run mine.cs", ["push", .. options], new("mine", () => new Mine(), services))
        );

        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Equal(status, exit);
    }

    private sealed class Mine : IPredictionModel
    {
        public ModelId Id { get; } = new("mine", "1");

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new((Forecast?)null);
    }
}
