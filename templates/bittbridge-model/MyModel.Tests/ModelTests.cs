using Bittbridge.Backtesting;
using Bittbridge.Models;
using Bittbridge.Models.Testing;
using Xunit;

namespace MyModel.Tests;

public sealed class ModelTests
{
    [Fact]
    public void The_model_does_what_a_miner_relies_on() => ModelConformance.Check(new Model());

    [Fact]
    public async Task The_model_answers_at_every_price_of_a_recording()
    {
        // Made prices: name a recording of real ones here to learn how good the model is.
        var noise = new Random(1);
        var prices = Enumerable
            .Range(0, 1000)
            .Select(i => new PricePoint(
                new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + i * PriceSlot.Step,
                7 + Math.Sin(i / 100.0) / 100 + noise.NextDouble() / 1000
            ))
            .ToList();

        var made = await new Backtest(new Model()).RunAsync(new PriceRecording(prices), ct: TestContext.Current.CancellationToken);

        var result = BacktestResult.Of(new Model().Id, made);
        TestContext.Current.SendDiagnosticMessage($"{result}");
        Assert.Equal(0, result.FellBack);
        Assert.InRange(result.Figures.MaeRatio!.Value, 0, 2);
    }
}
