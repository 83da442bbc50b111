using Bittbridge.Backtesting;
using Bittbridge.Models;

namespace Bittbridge.Cli.Tests.Backtesting;

/// <summary>A model that can't be used ends a backtest with one sentence.</summary>
public sealed class UnusableModelTests
{
    private static readonly DateTimeOffset Start = new(2025, 10, 20, 0, 0, 0, TimeSpan.Zero);

    private static readonly PriceRecording Recording = new([
        .. Enumerable.Range(0, 300).Select(i => new PricePoint(Start + i * PriceSlot.Step, 7.1 + i % 3 * 0.001)),
    ]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_that_hangs_is_told_with_the_instant_though_other_batches_run()
    {
        using var never = new ManualResetEventSlim();
        var model = new Model
        {
            Predict = at =>
            {
                if (at == Recording.Times[200])
                {
                    never.Wait(Ct);
                }

                return new Forecast(7.1);
            },
        };

        var failure = await FailAsync(new Backtest(model) { MaxForecastTime = TimeSpan.FromSeconds(5) });
        never.Set();

        Assert.StartsWith(
            "The model odd@1 had no forecast for 2025-10-20 16:40:00Z after 5 s, and a miner has less than one",
            failure,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_model_that_is_not_initialized_is_told_with_the_reason()
    {
        Assert.Equal(
            "The model odd@1 can't be initialized: its InitializeAsync returned false.",
            await FailAsync(new Backtest(new Model { Initialize = _ => Task.FromResult(false) }))
        );
        Assert.StartsWith(
            "The model odd@1 can't be initialized: it threw InvalidOperationException: no weights (UnusableModelTests.cs:",
            await FailAsync(new Backtest(new Model { Initialize = _ => throw new InvalidOperationException("no weights") })),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The model odd@1 was not initialized after 0.05 s",
            await FailAsync(
                new Backtest(new Model { Initialize = ct => Task.Delay(Timeout.Infinite, ct).ContinueWith(_ => true, Ct) })
                {
                    MaxInitializeTime = TimeSpan.FromMilliseconds(50),
                }
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_instant_before_the_first_price_is_refused() =>
        Assert.StartsWith(
            "No price is known at the first instant",
            (
                await Assert.ThrowsAsync<BacktestException>(() =>
                    new Backtest(new Model()).RunAsync(Recording, [Start.AddHours(-1)], ct: Ct)
                )
            ).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_canceled_backtest_is_canceled_and_not_refused()
    {
        using var cancel = new CancellationTokenSource();
        var model = new Model
        {
            Predict = at =>
            {
                cancel.Cancel();
                return new Forecast(7.1);
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Backtest(model).RunAsync(Recording, ct: cancel.Token));
    }

    private static async Task<string> FailAsync(Backtest backtest) =>
        (await Assert.ThrowsAsync<BacktestException>(() => backtest.RunAsync(Recording, ct: Ct))).Message;

    private sealed class Model : IPredictionModel
    {
        public Func<CancellationToken, Task<bool>> Initialize { get; init; } = _ => Task.FromResult(true);

        public Func<DateTimeOffset, Forecast?> Predict { get; init; } = _ => new Forecast(7.1);

        public ModelId Id { get; } = new("odd", "1");

        public async ValueTask<bool> InitializeAsync(CancellationToken ct) => await Initialize(ct);

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new(Predict(timestamp));
    }
}
