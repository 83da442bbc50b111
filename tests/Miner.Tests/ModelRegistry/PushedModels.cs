using System.Reflection;
using Bittbridge.Models;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.ModelRegistry;

/// <summary>Classes as a user would push them. Their package is the assembly of these tests, loaded a second time.</summary>
public abstract class PushedModel(string version) : IPredictionModel
{
    public ModelId Id { get; } = new("pushed", version);

    protected virtual double Plus => 0.001;

    public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
        new(history.Newest is { } newest ? new Forecast(newest.Cny + Plus) : null);
}

public sealed class FirstPushed() : PushedModel("1");

/// <summary>Takes services of the miner.</summary>
public sealed class SecondPushed(ILogger<SecondPushed> logger, TimeProvider clock) : PushedModel("2")
{
    protected override double Plus => logger is not null && clock is not null ? 0.002 : 0;
}

public sealed class ThrowingPushed() : PushedModel("3")
{
    protected override double Plus => throw new InvalidOperationException("my own bug");
}

/// <summary>Throws when it is created.</summary>
public sealed class UnbornPushed() : PushedModel(Version())
{
    private static string Version() => throw new InvalidOperationException("no version");
}

/// <summary>Uses an assembly of its package.</summary>
public sealed class DependentPushed() : PushedModel("5")
{
    protected override double Plus =>
        (double)Assembly.Load("Helper").GetType("Numbers")!.GetMethod("Plus", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [])!;
}

/// <summary>Uses a part of the program that was written beside it, as ModelApp.PathOf would.</summary>
public sealed class HomesickPushed() : PushedModel(Assembly.Load("Bittbridge.ModelApp").GetName().Name!.ToLowerInvariant());

public sealed class NoPushedModel;
