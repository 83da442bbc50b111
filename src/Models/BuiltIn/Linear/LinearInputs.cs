namespace Bittbridge.Models.BuiltIn.Linear;

/// <summary>The inputs of the linear model.</summary>
internal static class LinearInputs
{
    private static readonly long StepMs = (long)PriceSlot.Step.TotalMilliseconds;

    /// <summary>
    /// The price 5, 10, … minutes before point <paramref name="i"/> minus the price at that point, in CNY. When no point is near such an
    /// instant, the one before the instant is used; before the first point, the first.
    /// </summary>
    public static void Fill(PriceHistory history, int i, Span<double> inputs)
    {
        var times = history.TimesUnixMs;
        var prices = history.Prices;
        var at = i;
        for (var lag = 1; lag <= inputs.Length; lag++)
        {
            var wanted = times[i] - lag * StepMs;
            while (at > 0 && times[at] - StepMs / 2 > wanted)
            {
                at--;
            }

            inputs[lag - 1] = prices[at] - prices[i];
        }
    }
}
