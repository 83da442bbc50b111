using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>A class that is pushed to SelfHost, which may be a native program. OwnModelTests pushes one with its own file.</summary>
[Collection(MinerCollection.Name)]
public sealed class PushedClassTests
{
    [Fact]
    public async Task A_pushed_class_answers_and_a_native_program_refuses_it_with_the_reason_and_keeps_its_model()
    {
        var ct = TestContext.Current.CancellationToken;
        using var author = DevelopmentKey.Derive("//Alice");
        await using var emulator = await StorageEmulator.StartNewAsync(ct);
        await using var miner = await SelfHostProcess.StartAsync(
            emulator.ConnectionString,
            new Dictionary<string, string?> { ["Bittbridge__ModelSigners"] = author.Address.ToString() }
        );
        var (id, path) = (new ModelId("pushed", "1"), typeof(PushedModel).Assembly.Location);
        var file = Path.GetFileName(path);
        var package = ClassManifest.Sign(
            id,
            typeof(PushedModel).FullName!,
            file,
            new Dictionary<string, ReadOnlyMemory<byte>> { [file] = await File.ReadAllBytesAsync(path, ct) },
            author
        );
        var storage = new StorageSettings(emulator.ConnectionString, "e2e");
        Assert.NotNull(await new ModelVersionStore(new(storage), TimeProvider.System).PushAsync(package, "class", ct));
        await new DeploymentTable(new(storage), TimeProvider.System).ChangeAsync(before => before.Activate(new(id, null)), ct);

        if (SelfHostProcess.IsNative)
        {
            const string Refusal =
                "pushed@1 is a class, and a miner that was published with PublishAot can't load one: publish the miner without it. "
                + "filtered-smoothers@1 stays active";
            await Eventually.TrueAsync(
                () => miner.LastLines.Any(line => line.Contains(Refusal, StringComparison.Ordinal)),
                () => StartCommand.Text(miner.LastLines)
            );
        }

        var model = SelfHostProcess.IsNative ? "filtered-smoothers@1" : "pushed@1";
        await Eventually.TrueAsync(async () => (await miner.AskAsync()).Model == model, () => StartCommand.Text(miner.LastLines));
    }

    /// <summary>Its package is the assembly of these tests.</summary>
    public sealed class PushedModel : IPredictionModel
    {
        public ModelId Id { get; } = new("pushed", "1");

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new(history.Newest is { } newest ? new Forecast(newest.Cny) : null);
    }
}
