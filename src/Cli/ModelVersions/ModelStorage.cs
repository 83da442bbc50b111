using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Packages;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>The versions in storage, and the table that says which are served.</summary>
internal sealed class ModelStorage(StorageSettings settings)
{
    private static readonly TimeSpan MaxInitializationTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestCleanup = TimeSpan.FromSeconds(5);

    public ModelVersionStore Versions { get; } = new(new(settings), TimeProvider.System);

    public DeploymentTable Choice { get; } = new(new(settings), TimeProvider.System);

    /// <summary>Whether a name is that of a model that every miner has.</summary>
    public static bool IsBuiltIn(string name) => BuiltInModels.Create().Any(model => model.Id.Name == name);

    /// <summary>What a version is, after it was loaded and initialised as a miner would.</summary>
    /// <exception cref="RefusedException">It can't be used.</exception>
    public async Task<ModelKind> CheckAsync(ModelId id, CancellationToken ct)
    {
        if (BuiltInModels.Create().FirstOrDefault(model => model.Id.Name == id.Name) is { } own)
        {
            return own.Id == id ? ModelKind.Model : throw new RefusedException($"There is no model {id}: this program has {own.Id}.");
        }

        var stored = await Versions.ReadAsync(id, ct);
        return stored.Package is { } package ? await CheckAsync(package, ct) : throw new RefusedException(stored.Problem!);
    }

    /// <inheritdoc cref="CheckAsync(ModelId, CancellationToken)"/>
    public static async Task<ModelKind> CheckAsync(ModelPackage package, CancellationToken ct)
    {
        // On a thread of its own, so that a signal ends the command whatever the package does.
        var content = await Task.Run(() => UserPackage.Load(package, ct), CancellationToken.None).WaitAsync(ct);
        if (content.Model is not { } model)
        {
            return ModelKind.Calibration;
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            return await Task.Run(() => model.InitializeAsync(late.Token).AsTask(), CancellationToken.None)
                .WaitAsync(MaxInitializationTime, ct)
                ? ModelKind.Model
                : throw new RefusedException($"{package.Id} could not be initialised, so no miner would take it.");
        }
        catch (TimeoutException)
        {
            throw new RefusedException(
                $"{package.Id} was not initialised within {MaxInitializationTime.TotalSeconds:0} s, so no miner would take it."
            );
        }
        finally
        {
            await late.CancelAsync();
            await Task.WhenAny(
                Task.Run(() => model.CleanupAsync().AsTask(), CancellationToken.None),
                Task.Delay(LongestCleanup, CancellationToken.None)
            );
        }
    }
}

/// <summary>What a version can be activated as.</summary>
internal enum ModelKind
{
    /// <summary>Answers.</summary>
    Model,

    /// <summary>Makes the intervals of what answers.</summary>
    Calibration,
}
