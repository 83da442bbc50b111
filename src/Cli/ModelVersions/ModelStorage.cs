using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Models;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.Packages;

namespace Bittbridge.Cli.ModelVersions;

/// <summary>The versions in storage, and the deployment table.</summary>
internal sealed class ModelStorage(StorageSettings settings)
{
    private static readonly TimeSpan MaxInitializationTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MaxCleanupTime = TimeSpan.FromSeconds(5);

    public ModelVersionStore Versions { get; } = new(new(settings), TimeProvider.System);

    public DeploymentTable Deployment { get; } = new(new(settings), TimeProvider.System);

    /// <summary>Loads and initializes a version as a miner would, and returns its kind; of a C# class it verifies the signature.</summary>
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
        // The code of a class runs in its author's process and in miners that trust its signer, and nowhere else.
        if (package.Files.ContainsKey(ClassManifest.FileName))
        {
            return ClassManifest.TryVerify(package, signers: null, out _, out var problem)
                ? ModelKind.Model
                : throw new RefusedException(problem);
        }

        // On another thread, so that a signal ends the command even if the package blocks.
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
                : throw new RefusedException($"{package.Id} could not be initialized, so no miner would use it.");
        }
        catch (TimeoutException)
        {
            throw new RefusedException(
                $"{package.Id} was not initialized within {MaxInitializationTime.TotalSeconds:0} s, so no miner would use it."
            );
        }
        finally
        {
            await late.CancelAsync();
            await Task.WhenAny(
                Task.Run(() => model.CleanupAsync().AsTask(), CancellationToken.None),
                Task.Delay(MaxCleanupTime, CancellationToken.None)
            );
        }
    }
}

/// <summary>The kind of a version.</summary>
internal enum ModelKind
{
    /// <summary>Makes forecasts.</summary>
    Model,

    /// <summary>Makes the intervals of a model.</summary>
    Calibration,
}
