using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Miner.Configuration;
using Bittbridge.Miner.ModelRegistry;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Models;
using Bittbridge.Models.Packages;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.ModelRegistry;

public sealed class ClassLoaderTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 24, 4, 3, 0, TimeSpan.Zero));
    private readonly StorageSettings _storage;
    private readonly ModelVersionStore _store;
    private readonly DeploymentTable _table;
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .BuildServiceProvider();

    public ClassLoaderTests(TestStorage storage)
    {
        _storage = storage.NewSettings();
        _store = new(new MinerBlobs(_storage), _clock);
        _table = new(new(_storage), _clock);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task A_miner_follows_pushed_classes_and_lets_go_of_the_one_that_was_replaced()
    {
        await PushAsync(SignedClass.Of<FirstPushed>("pushed@1"));
        await PushAsync(SignedClass.Of<SecondPushed>("pushed@2"));
        var miner = Miner(SignedClass.Alice);

        await AnswersAsync("pushed@1", 0.001);
        await AnswersAsync("pushed@2", 0.002);
        var second = Context("pushed@2");
        Assert.True(second.IsAlive);
        await _table.ChangeAsync(choice => choice.RollBack(), Ct);
        await miner.RefreshAsync();
        Assert.Equal("pushed@1", miner.InService);

        await CollectedAsync(second);
        Assert.Equal("pushed@1", (await miner.AskAsync()).Model.ToString());

        async Task AnswersAsync(string id, double plus)
        {
            await ActivateAsync(id);
            await miner.RefreshAsync();
            var live = await miner.AskAsync();
            Assert.Equal((id, null), (live.Model.ToString(), live.Reason));
            Assert.Equal(live.LastPrice!.Value + plus, live.Forecast!.Price, 1e-12);
        }
    }

    [Fact]
    public async Task A_class_of_an_unknown_signer_never_replaces_the_model_in_use()
    {
        await PushAsync(SignedClass.Of<FirstPushed>("pushed@1", "//Eve"));
        await ActivateAsync("pushed@1");
        var miner = Miner(SignedClass.Alice);

        await miner.RefreshAsync();

        Assert.Equal("exponential-smoothing@1", miner.InService);
        Assert.Contains("pushed@1 was refused. pushed@1 is a C# class that ", miner.Follower.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_that_throws_is_named_with_the_line_of_its_source()
    {
        await PushAsync(SignedClass.Of<ThrowingPushed>("pushed@3"));
        await ActivateAsync("pushed@3");
        var miner = Miner(SignedClass.Alice);
        await miner.RefreshAsync();

        var live = await miner.AskAsync();

        Assert.Equal("last-price@1", live.Model.ToString());
        Assert.Matches(@"it threw InvalidOperationException: my own bug \(PushedModels\.cs:\d+\)", live.Reason);
    }

    [Theory]
    [InlineData("another signer")]
    [InlineData("changed byte")]
    [InlineData("changed class")]
    public void Nothing_is_loaded_before_signer_signature_and_digests_were_verified(string what)
    {
        var id = $"never-{what.Replace(' ', '-')}@1";
        var package = SignedClass.Of<FirstPushed>(id, what == "another signer" ? "//Eve" : "//Alice");
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(package.Files, StringComparer.Ordinal);
        if (what == "changed byte")
        {
            files[SignedClass.File] = files[SignedClass.File].ToArray().Append((byte)0).ToArray();
        }
        else if (what == "changed class")
        {
            files[ClassManifest.FileName] = SignedClass.Of<SecondPushed>("never@1").Files[ClassManifest.FileName];
        }

        Assert.NotNull(Load(package with { Files = files }).Problem);
        Assert.DoesNotContain(AssemblyLoadContext.All, context => context.Name == id);
    }

    [Fact]
    public void A_class_comes_from_its_package_and_its_contract_from_the_miner()
    {
        var model = Load(SignedClass.Of<FirstPushed>("pushed@1")).Model!;

        Assert.NotEqual(typeof(FirstPushed), model.GetType());
        Assert.True(model.GetType().IsCollectible);
    }

    [Fact]
    public async Task A_class_uses_the_assemblies_of_its_package()
    {
        var model = Load(SignedClass.Of<DependentPushed>("pushed@5", "//Alice", ("Helper.dll", Helper(0.005)))).Model!;
        var prices = PriceHistory.FromPoints([new(_clock.GetUtcNow(), 7.1)]);

        var forecast = await model.PredictAsync(prices.Newest!.Value.Time, prices, Ct);

        Assert.Equal(prices.Newest!.Value.Cny + 0.005, forecast!.Price, 1e-12);
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, assembly => assembly.GetName().Name == "Helper");
    }

    [Theory]
    [InlineData(typeof(UnbornPushed), "can't be created (it threw InvalidOperationException: no version (PushedModels.cs:")]
    [InlineData(typeof(HomesickPushed), "Could not load file or assembly 'Bittbridge.ModelApp")]
    [InlineData(typeof(NoPushedModel), "that is not an IPredictionModel")]
    [InlineData(typeof(PushedModel), "has no class")]
    [InlineData(typeof(SecondPushed), "say that the model is pushed@2")]
    public void A_class_that_cannot_be_used_is_refused_with_a_sentence(Type type, string said) =>
        Assert.Contains(said, Load(SignedClass.Of("pushed@1", type.FullName!)).Problem, StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_assembly_are_refused_with_a_sentence()
    {
        using var alice = DevelopmentKey.Derive("//Alice");
        var package = ClassManifest.Sign(
            Packages.Id("pushed@1"),
            "MyModel",
            "a.dll",
            new Dictionary<string, ReadOnlyMemory<byte>> { ["a.dll"] = new byte[] { 1, 2, 3 } },
            alice
        );

        Assert.StartsWith("pushed@1 can't be created (it threw BadImageFormatException", Load(package).Problem, StringComparison.Ordinal);
    }

    /// <summary>An assembly with one method, which returns a number.</summary>
    private static byte[] Helper(double plus)
    {
        var assembly = new PersistedAssemblyBuilder(new("Helper"), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule("Helper").DefineType("Numbers", TypeAttributes.Public);
        var code = type.DefineMethod("Plus", MethodAttributes.Public | MethodAttributes.Static, typeof(double), []).GetILGenerator();
        code.Emit(OpCodes.Ldc_R8, plus);
        code.Emit(OpCodes.Ret);
        type.CreateType();
        using var bytes = new MemoryStream();
        assembly.Save(bytes);
        return bytes.ToArray();
    }

    // Not inlined: a local of the caller would keep the context.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Context(string name) => new(AssemblyLoadContext.All.Last(context => context.Name == name));

    private static async Task CollectedAsync(WeakReference context)
    {
        for (var i = 0; i < 100 && context.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(context.IsAlive, "Something still refers to the replaced class.");
    }

    private PackageContent Load(ModelPackage package) =>
        new ModelLoaders([new ClassLoader([SignedClass.Alice], _services)]).Load(package, Ct);

    private FollowingMiner Miner(PublicKey signer) => new(_storage, _clock, more: new ClassLoader([signer], _services));

    private async Task PushAsync(ModelPackage package) => Assert.NotNull(await _store.PushAsync(package, "class", Ct));

    private async Task ActivateAsync(string id) =>
        await _table.ChangeAsync(before => before.Activate(before.Active with { Model = Packages.Id(id) }), Ct);
}
