using Bittbridge.Models;
using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

/// <summary>A window is a row of slots for any history.</summary>
public sealed class PriceWindowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void When_every_slot_has_a_price_the_window_has_the_newest() =>
        AssertWindow([3, 4, 5], Window(Noon, Points((-20, 1), (-15, 2), (-10, 3), (-5, 4), (0, 5))));

    [Fact]
    public void A_slot_without_a_price_takes_the_previous_one() =>
        AssertWindow([2, 2, 5], Window(Noon, Points((-15, 1), (-10, 2), (0, 5))));

    [Fact]
    public void The_first_slot_of_the_window_may_take_a_price_from_before_the_window() =>
        AssertWindow([1, 4, 5], Window(Noon, Points((-30, 1), (-5, 4), (0, 5))));

    [Fact]
    public void A_gap_of_half_an_hour_is_filled_and_a_longer_one_gives_no_window()
    {
        AssertWindow([1, 1, 5], Window(Noon, Points((-35, 1), (0, 5))));
        Assert.Null(Window(Noon, Points((-40, 1), (0, 5))));
    }

    [Fact]
    public void Too_few_prices_give_no_window()
    {
        Assert.Null(Window(Noon, Points((-5, 4), (0, 5))));
        Assert.Null(Window(Noon, PriceHistory.Empty));
    }

    [Fact]
    public void A_price_observed_shortly_before_or_after_its_slot_counts_for_it() =>
        AssertWindow([3, 4, 5], Window(Noon.AddMinutes(1), Points((-10.2, 3), (-4.1, 4), (-0.25, 5))));

    [Fact]
    public void Shortly_before_a_slot_that_was_polled_already_the_window_ends_with_it() =>
        AssertWindow([3, 4, 5], Window(Noon.AddSeconds(-10), Points((-10, 3), (-5, 4), (-0.25, 5))));

    [Theory]
    [InlineData(4.9, new double[] { 3, 4, 5 })]
    [InlineData(5, new double[] { 4, 5, 5 })]
    [InlineData(11, new double[] { 5, 5, 5 })]
    [InlineData(34.9, new double[] { 5, 5, 5 })]
    [InlineData(35, null)]
    public void As_the_newest_price_grows_old_the_window_moves_on_with_the_clock(double minutesLater, double[]? expected) =>
        AssertWindow(expected, Window(Noon.AddMinutes(minutesLater), Points((-10, 3), (-5, 4), (0, 5))));

    [Fact]
    public void No_price_from_after_the_clock_is_seen() =>
        AssertWindow([3, 4, 5], Window(Noon, Points((-10, 3), (-5, 4), (0, 5), (5, 6), (10, 7))));

    [Fact]
    public async Task Log_returns_are_between_slots_and_not_between_rows()
    {
        // The graph gives the only return of the window itself: as a change in the log it repeats the last step.
        using var folder = new ModelFolder(
            SmallModel.Description(features: "log-returns", steps: 1, kind: "log-return", window: [7, 7.7], price: 8.47),
            GraphFile.Of("Identity", [1, 1])
        );
        var model = folder.Load();

        Assert.Equal(8.47, (await model.PredictAsync(Noon, Points((-10, 5), (-5, 7), (0, 7.7)), CancellationToken.None))!.Price, 1e-6);
        Assert.Equal(5.5 * 1.1, (await model.PredictAsync(Noon, Points((-10, 5), (0, 5.5)), CancellationToken.None))!.Price, 1e-6);
        Assert.Equal(7.7, (await model.PredictAsync(Noon.AddMinutes(5), Points((-5, 7), (0, 7.7)), CancellationToken.None))!.Price, 1e-6);
        await model.CleanupAsync();
    }

    private static void AssertWindow(IEnumerable<double>? expected, IEnumerable<double>? window) => Assert.Equal(expected, window);

    private static double[]? Window(DateTimeOffset now, PriceHistory history)
    {
        var closes = new double[3];
        return PriceWindow.TryFill(history, now, closes) ? closes : null;
    }

    private static PriceHistory Points(params (double Minutes, double Price)[] points) =>
        PriceHistory.FromPoints(points.Select(point => new PricePoint(Noon.AddMinutes(point.Minutes), point.Price)));
}
