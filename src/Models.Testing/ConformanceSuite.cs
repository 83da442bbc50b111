using System.Diagnostics;
using System.Globalization;
using Bittbridge.Models.Forecasting;
using static Bittbridge.Models.Testing.BoundedCall;

namespace Bittbridge.Models.Testing;

/// <summary>Holds one model to the contract, rule by rule. A broken rule does not end the run, unless the model hangs.</summary>
internal sealed class ConformanceSuite(IPredictionModel model, ConformanceOptions terms)
{
    /// <summary>How often a call is timed. The best counts, since a busy machine may delay one.</summary>
    private const int Attempts = 3;

    private static readonly int[] ConcurrentCounts = [120, 119, 60, 59];

    // Every call gets this copy, so that a change by the model shows against the original.
    private readonly PriceHistory _prices = ConformancePrices.Copy(terms.Prices);
    private readonly SortedDictionary<ConformanceRule, string> _broken = [];

    // The rules that each exception breaks; the first one reports it.
    private readonly Dictionary<(Type, string), List<ConformanceRule>> _thrown = [];

    // Well beyond the limit: a model that is slow and one that hangs get different sentences.
    private TimeSpan Patience => 4 * terms.TimeLimit + TimeSpan.FromSeconds(2);

    public ConformanceReport Run()
    {
        var name = Id();
        if (Initialize())
        {
            try
            {
                Answer();
                Determinism();
                OddHistories();
                Cancellation();
                Concurrency();
                Replay();
                Mutation();
            }
            catch (HangingModelException hanging)
            {
                Broke(
                    ConformanceRule.Time,
                    $"it had not answered after {Describe(Patience)} {hanging.Message}, and nothing more was asked: keep every wait "
                        + "short and pass the CancellationToken on"
                );
            }
        }

        Cleanup();
        return new(name, [.. _broken.Select(broken => Violation(broken.Key, broken.Value))]);
    }

    private string Id()
    {
        try
        {
            if (model.Id is { } id)
            {
                if (model.Id != id)
                {
                    Broke(ConformanceRule.Id, $"it was {id} and then {model.Id}: set it once, since forecasts are kept under it");
                }

                return id.ToString();
            }

            Broke(ConformanceRule.Id, "it is null: give the model a name and a version");
        }
        // A user's model may throw anything, here and wherever it is called.
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Threw(ConformanceRule.Id, exception, "it", "give the model a name and a version of a-z, 0-9, '.', '_' and '-'");
        }

        return model.GetType().Name;
    }

    private bool Initialize()
    {
        switch (BoundedCall.Run(ct => model.InitializeAsync(ct).AsTask(), terms.InitializeLimit))
        {
            case (_, true, _):
                Broke(
                    ConformanceRule.Initialize,
                    $"it was not initialized after {Describe(terms.InitializeLimit)}: load less, or wait for nothing without a limit"
                );
                return false;
            case (_, _, { } exception):
                Threw(ConformanceRule.Initialize, exception, "initializing", "return false where the model can't start");
                return false;
            case (false, _, _):
                Broke(
                    ConformanceRule.Initialize,
                    "initializing returned false, so the miner would never ask it: see that what it loads is there"
                );
                return false;
            default:
                return true;
        }
    }

    /// <summary>The first call, which may be slow, and how long the next ones take.</summary>
    private void Answer()
    {
        if (Ask(ConformanceRule.Answer, _prices, $"with {_prices.Count} prices") is null && !_broken.ContainsKey(ConformanceRule.Answer))
        {
            Broke(ConformanceRule.Answer, $"it had no forecast with {_prices.Count} prices: the miner would never answer with it");
        }

        // A miner's window begins at a full hour, so it is up to eleven points shorter.
        var least = _prices.TakeLast(_prices.Count - Forecaster.WindowStep + 1);
        if (Ask(ConformanceRule.Answer, least, $"with {least.Count} prices") is null && !_broken.ContainsKey(ConformanceRule.Answer))
        {
            Broke(ConformanceRule.Answer, $"it had no forecast with {least.Count} prices, and a miner often has no more");
        }

        var best = TimeSpan.MaxValue;
        for (var i = 0; i < Attempts; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Ask(ConformanceRule.Answer, _prices, $"with {_prices.Count} prices");
            best = Stopwatch.GetElapsedTime(started) is var took && took < best ? took : best;
        }

        if (best > terms.TimeLimit)
        {
            Broke(
                ConformanceRule.Time,
                $"a forecast took {Describe(best)}, and {Describe(terms.TimeLimit)} is the limit: do less at each forecast and more in "
                    + "InitializeAsync"
            );
        }
    }

    private void Determinism()
    {
        var first = Ask(ConformanceRule.Determinism, _prices, "with the prices as they were");
        if (first != Ask(ConformanceRule.Determinism, ConformancePrices.Copy(_prices), "with a copy of the prices"))
        {
            Broke(
                ConformanceRule.Determinism,
                "the same prices got another forecast the second time: seed what is random, and take the time from the timestamp"
            );
        }

        var elsewhere = Now(_prices).ToOffset(TimeSpan.FromHours(8));
        if (first != Ask(ConformanceRule.Determinism, _prices, "at the same instant in another time zone", elsewhere))
        {
            Broke(
                ConformanceRule.Determinism,
                "the same instant in another time zone got another forecast: use timestamp.UtcDateTime where hours matter"
            );
        }

        Ask(ConformanceRule.State, _prices.TakeLast(60), "with 60 prices");
        if (
            first != Ask(ConformanceRule.State, _prices, "with the prices as they were")
            && !_broken.ContainsKey(ConformanceRule.Determinism)
        )
        {
            Broke(
                ConformanceRule.State,
                "the same prices got another forecast after others had been asked about: keep nothing from one call to the next"
            );
        }
    }

    private void Mutation()
    {
        if (
            !_prices.TimesUnixMs.SequenceEqual(terms.Prices.TimesUnixMs)
            || !_prices.Prices.SequenceEqual(terms.Prices.Prices)
            || !_prices.UsdPrices.SequenceEqual(terms.Prices.UsdPrices)
        )
        {
            Broke(
                ConformanceRule.Mutation,
                "the prices had changed after it was asked: copy what is to be changed, since every call sees the same arrays"
            );
        }
    }

    private void OddHistories()
    {
        foreach (var (rule, history, how) in ConformancePrices.Odd(_prices))
        {
            Ask(rule, history, how);
        }

        foreach (var hours in new[] { 1, 3, 23, 72 })
        {
            Ask(ConformanceRule.OldPrices, _prices, $"with a last price {hours} h old", Now(_prices).AddHours(hours));
        }
    }

    private void Cancellation()
    {
        foreach (var (delay, when) in new[] { (TimeSpan.Zero, "before it began"), (TimeSpan.FromMilliseconds(20), "after 20 ms") })
        {
            var (hung, exception) = (true, (Exception?)null);
            for (var i = 0; i < Attempts && hung; i++)
            {
                (hung, exception) = AskAndCancel(delay);
            }

            if (hung)
            {
                Broke(
                    ConformanceRule.Cancellation,
                    $"a call that was canceled {when} went on for more than {Describe(terms.TimeLimit)}: pass the CancellationToken on, "
                        + "and look at it in long loops"
                );
            }
            else if (exception is not (null or OperationCanceledException or UnusableAnswerException))
            {
                Threw(
                    ConformanceRule.Cancellation,
                    exception,
                    $"a call that was canceled {when}",
                    "let OperationCanceledException through, or return null"
                );
            }
        }
    }

    private (bool Hung, Exception? Exception) AskAndCancel(TimeSpan delay)
    {
        using var canceling = new CancellationTokenSource();
        if (delay == TimeSpan.Zero)
        {
            canceling.Cancel();
        }
        else
        {
            canceling.CancelAfter(delay);
        }

        var (_, hung, exception) = BoundedCall.Run(
            _ => model.PredictAsync(Now(_prices), _prices, canceling.Token).AsTask(),
            delay + terms.TimeLimit
        );
        return (hung, exception);
    }

    private void Concurrency()
    {
        const int AtOnce = 32;
        var histories = ConcurrentCounts.Select(count => _prices.TakeLast(count)).ToArray();
        var alone = histories.Select(history => Ask(ConformanceRule.Concurrency, history, $"with {history.Count} prices")).ToArray();
        var (answers, hung, exception) = BoundedCall.Run(
            ct => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => Task.Run(() => AnswerAsync(histories[i % histories.Length], ct)))),
            AtOnce * Patience
        );
        if (hung)
        {
            throw new HangingModelException($"with {AtOnce} calls at once");
        }

        if (exception is not null)
        {
            Threw(ConformanceRule.Concurrency, exception, $"of {AtOnce} calls at once one", "keep the state of a call in local variables");
        }
        else if (
            !_broken.ContainsKey(ConformanceRule.Determinism) && answers!.Where((answer, i) => answer != alone[i % alone.Length]).Any()
        )
        {
            Broke(
                ConformanceRule.Concurrency,
                $"of {AtOnce} calls at once some got another forecast than alone: keep the state of a call in local variables"
            );
        }
    }

    private async Task<Forecast?> AnswerAsync(PriceHistory history, CancellationToken ct)
    {
        try
        {
            return await model.PredictAsync(Now(history), history, ct).ConfigureAwait(false);
        }
        catch (UnusableAnswerException)
        {
            return null;
        }
    }

    private void Replay()
    {
        if (model is not IPastForecasts past)
        {
            return;
        }

        var (whole, cut) = (_prices, _prices.Until(_prices[_prices.Count / 2].Time));
        var (ofWhole, ofCut) = (Enumerable.Repeat(double.NaN, whole.Count).ToArray(), new double[cut.Count]);
        var (_, hung, exception) = BoundedCall.Run(
            _ =>
                Task.Run(() =>
                {
                    past.Replay(whole, ofWhole);
                    past.Replay(cut, ofCut);
                    return true;
                }),
            2 * Patience
        );
        if (exception is not null)
        {
            Threw(ConformanceRule.Replay, exception, "a replay", "write one value per point");
        }
        else if (hung)
        {
            Broke(ConformanceRule.Replay, $"a replay of {whole.Count} prices took more than {Describe(Patience)}: make it one pass");
        }
        else if (!ofWhole.All(PricePoint.IsPrice))
        {
            Broke(ConformanceRule.Replay, "a replayed forecast is not a price: write one value per point");
        }
        else if (!ofWhole.AsSpan(0, cut.Count).SequenceEqual(ofCut))
        {
            Broke(ConformanceRule.Replay, "a replayed forecast changed with prices that came after it: look at points 0 to i for value i");
        }
    }

    private void Cleanup()
    {
        for (var i = 0; i < 2; i++)
        {
            var time = i == 0 ? "" : " a second time";
            var (_, hung, exception) = BoundedCall.Run(
                async _ =>
                {
                    await model.CleanupAsync().ConfigureAwait(false);
                    return true;
                },
                terms.InitializeLimit
            );
            if (exception is not null)
            {
                Threw(ConformanceRule.Cleanup, exception, $"cleaning up{time}", "release what is there, and nothing twice");
            }
            else if (hung)
            {
                Broke(ConformanceRule.Cleanup, $"cleaning up{time} took more than {Describe(terms.InitializeLimit)}");
            }
        }
    }

    /// <summary>
    /// Asks once. An exception breaks the given rule; an implausible price or interval breaks the rule on prices or intervals.
    /// </summary>
    private Forecast? Ask(ConformanceRule rule, PriceHistory history, string how, DateTimeOffset? at = null)
    {
        var (forecast, hung, exception) = BoundedCall.Run(ct => model.PredictAsync(at ?? Now(history), history, ct).AsTask(), Patience);
        if (hung)
        {
            throw new HangingModelException(how);
        }

        if (exception is not (null or UnusableAnswerException))
        {
            Threw(rule, exception, $"{how} it", "return null where no answer can be given");
        }
        else if (forecast is not null && history.Newest is { } newest)
        {
            if (!Plausibility.IsPlausible(forecast.Price, newest.Cny))
            {
                Broke(
                    ConformanceRule.Price,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{how} it forecast {forecast.Price:0.####}, more than {Plausibility.MaxMove:P0} from the last price, "
                            + $"{newest.Cny:0.####}: answer in CNY per USDT, unscaled"
                    )
                );
            }

            if (forecast.Interval is { } interval && !(interval.Contains(forecast.Price) && Plausibility.IsPlausible(interval, newest.Cny)))
            {
                Broke(
                    ConformanceRule.Interval,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{how} the interval from {interval.Lower:0.####} to {interval.Upper:0.####} does not hold its price, "
                            + $"{forecast.Price:0.####}, or reaches further than {Plausibility.MaxReach:P0} from the last one: "
                            + $"give none where it is not known"
                    )
                );
            }
        }

        return forecast;
    }

    private bool Broke(ConformanceRule rule, string how) => _broken.TryAdd(rule, how);

    /// <summary>An exception that breaks several rules is one fault of the model, so it is reported once, with the other rules.</summary>
    private void Threw(ConformanceRule rule, Exception exception, string how, string remedy)
    {
        // Its line, since one fault may have several messages.
        var line = ModelFailure.LineOf(exception);
        var cause = (exception.GetType(), line.Length > 0 ? line : exception.StackTrace ?? exception.Message);
        if (_thrown.TryGetValue(cause, out var rules))
        {
            rules.Add(rule);
        }
        else if (Broke(rule, $"{how} threw {ModelFailure.InShort(exception)}: {remedy}"))
        {
            _thrown[cause] = [rule];
        }
    }

    private ConformanceViolation Violation(ConformanceRule rule, string how)
    {
        ConformanceRule[] others = [.. _thrown.Values.FirstOrDefault(rules => rules[0] == rule, []).Distinct().Skip(1).Order()];
        return new(rule, others.Length == 0 ? $"{how}." : $"{how} (the same exception breaks {string.Join(", ", others)}).", others);
    }

    private DateTimeOffset Now(PriceHistory history) => (history.Newest ?? _prices.Newest!.Value).Time.AddSeconds(10);

    /// <summary>The model did not return. The message says with what it was called.</summary>
    private sealed class HangingModelException(string how) : Exception(how);
}
