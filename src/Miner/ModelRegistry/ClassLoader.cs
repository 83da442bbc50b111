using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Packages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.ModelRegistry;

/// <summary>
/// Loads packages with a C# class, listed and signed in <c>class.json</c>. Nothing is loaded before the signature and every digest are
/// verified.
/// </summary>
/// <param name="signers">The keys that are trusted.</param>
/// <param name="services">The services that a constructor may take.</param>
public sealed class ClassLoader(IReadOnlyList<PublicKey> signers, IServiceProvider services) : IModelLoader
{
    /// <summary>A context lives as long as its model: once nothing refers to the model, the garbage collector unloads it.</summary>
    private static readonly ConditionalWeakTable<IPredictionModel, ClassContext> Contexts = [];

    /// <summary>
    /// Whether this program can load compiled code. The project file of a native program says that it can't; the runtime's own switch for
    /// dynamic code is off in every file-based app, which can.
    /// </summary>
    [FeatureSwitchDefinition("Bittbridge.Miner.CanLoadCode")]
    [FeatureGuard(typeof(RequiresDynamicCodeAttribute))]
    [FeatureGuard(typeof(RequiresUnreferencedCodeAttribute))]
#pragma warning disable IL4000 // The compiler of a native program takes the switch's value from the project file.
    private static bool CanLoadCode => !AppContext.TryGetSwitch("Bittbridge.Miner.CanLoadCode", out var canLoad) || canLoad;
#pragma warning restore IL4000

    public string Kind => "class";

    public string FileName => ClassManifest.FileName;

    public PackageContent Load(ModelPackage package, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (!ClassManifest.TryVerify(package, signers, out var manifest, out var problem))
        {
            return PackageContent.Refused(problem);
        }

        return CanLoadCode
            ? Create(package, manifest)
            : PackageContent.Refused(
                $"{package.Origin} is a class, and a miner that was published with PublishAot can't load one: publish the miner without it."
            );
    }

    [RequiresDynamicCode("It loads compiled code.")]
    [RequiresUnreferencedCode("It loads compiled code.")]
    private PackageContent Create(ModelPackage package, ClassManifest manifest)
    {
        try
        {
            var context = new ClassContext(package.Origin, package.Files);
            if (context.Open(manifest.Assembly).GetType(manifest.Type) is not { IsAbstract: false } type)
            {
                return PackageContent.Refused($"{package.Origin} has no class {manifest.Type} in {manifest.Assembly}: push it again.");
            }

            if (ActivatorUtilities.CreateInstance(new Services(services), type) is not IPredictionModel model)
            {
                return PackageContent.Refused(
                    $"{package.Origin} has a class {manifest.Type} that is not an IPredictionModel: push it again."
                );
            }

            Contexts.Add(model, context);
            return PackageContent.Of(model);
        }
        // A user's class may throw anything.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return PackageContent.Refused(
                $"{package.Origin} can't be created ({ModelFailure.Describe(exception)}): correct it, and push it as another version."
            );
        }
    }

    /// <summary>
    /// The miner's services, except loggers of the package's own types: the miner's container would keep those, and so the context,
    /// forever.
    /// </summary>
    [RequiresDynamicCode("It makes types of the package's types.")]
    private sealed class Services(IServiceProvider miner) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType.IsCollectible && serviceType.IsConstructedGenericType && serviceType.GetGenericTypeDefinition() == typeof(ILogger<>)
                ? Activator.CreateInstance(
                    typeof(Logger<>).MakeGenericType(serviceType.GenericTypeArguments),
                    miner.GetRequiredService<ILoggerFactory>()
                )
                : miner.GetService(serviceType);
    }
}
