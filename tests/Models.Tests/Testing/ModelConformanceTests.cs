using System.Runtime.InteropServices;
using Bittbridge.Models.BuiltIn;
using Bittbridge.Models.BuiltIn.Linear;
using Bittbridge.Models.BuiltIn.Smoothing;
using Bittbridge.Models.Forecasting;
using Bittbridge.Models.Testing;
using Bittbridge.Testing;

namespace Bittbridge.Models.Tests.Testing;

public sealed class ModelConformanceTests
{
    /// <summary>Limits that a model keeps on a busy machine, too.</summary>
    internal static readonly ConformanceOptions Terms = new()
    {
        InitializeLimit = TimeSpan.FromMinutes(1),
        TimeLimit = TimeSpan.FromMinutes(1),
    };

    public static TheoryData<string> Names => [.. new ModelCatalog(BuiltInModels.Create()).Names];

    [Theory, MemberData(nameof(Names))]
    public void A_built_in_model_keeps_the_contract(string name) =>
        ModelConformance.Check(new ModelCatalog(BuiltInModels.Create()).Find(name)!, Terms);

    [Theory, MemberData(nameof(Names))]
    public void It_keeps_it_on_generated_prices_too(string name) =>
        ModelConformance.Check(new ModelCatalog(BuiltInModels.Create()).Find(name)!, Terms with { Prices = Series.KnownAt(5000) });

    [Fact]
    public void A_trained_linear_model_keeps_the_contract() =>
        ModelConformance.Check(
            new LinearModel(new(1, "1", "made prices", Series.Start, Series.At(100), 100, [0, 0], [0.001, 0.001], [-0.0002, 0.0001], 0)),
            Terms
        );

    [Fact]
    public void A_model_that_answers_nothing_else_than_the_last_price_with_an_interval_keeps_it() =>
        ModelConformance.Check(new Trying { Answer = call => new(call.Last, PredictionInterval.Around(call.Last, 0.01)) }, Terms);

    [Fact]
    public void To_say_why_there_is_no_answer_is_as_good_as_null() =>
        ModelConformance.Check(
            new Trying
            {
                Answer = call => call.History.Count < 100 ? throw new UnusableAnswerException("fewer than 100 prices") : new(call.Last),
            },
            Terms
        );

    [Fact]
    public void A_canceled_call_that_ends_late_once_breaks_nothing()
    {
        var canceled = 0;

        ModelConformance.Check(
            new Trying
            {
                Wait = ct => ct.IsCancellationRequested && ++canceled == 1 ? new TaskCompletionSource().Task : Task.CompletedTask,
            },
            Terms with
            {
                TimeLimit = TimeSpan.FromSeconds(5),
            }
        );
    }

    /// <summary>A fault of a model, and the rules that it breaks.</summary>
    public static TheoryData<string, ConformanceRule[]> Faults =>
        new()
        {
            { "has no id", [ConformanceRule.Id] },
            { "changes its id", [ConformanceRule.Id] },
            { "throws for its id", [ConformanceRule.Id] },
            { "does not initialize", [ConformanceRule.Initialize] },
            { "throws at initializing", [ConformanceRule.Initialize] },
            { "initializes for ever", [ConformanceRule.Initialize] },
            { "never answers", [ConformanceRule.Answer] },
            { "always throws", [ConformanceRule.Answer] },
            { "answers scaled prices", [ConformanceRule.Price] },
            { "gives an interval beside its price", [ConformanceRule.Interval] },
            { "gives an interval that reaches zero", [ConformanceRule.Interval] },
            { "is random", [ConformanceRule.Determinism] },
            { "reads the hour of another time zone", [ConformanceRule.Determinism] },
            { "remembers how many prices it saw", [ConformanceRule.State] },
            { "sorts the prices in place", [ConformanceRule.Mutation] },
            { "wants twelve prices", [ConformanceRule.ShortHistory] },
            { "takes the first of none", [ConformanceRule.ShortHistory] },
            { "counts rows for time", [ConformanceRule.Gaps] },
            { "throws at an old price", [ConformanceRule.OldPrices] },
            { "divides by the variance", [ConformanceRule.OddPrices] },
            { "needs USDT/USD", [ConformanceRule.MissingUsd] },
            { "ignores its cancellation", [ConformanceRule.Cancellation] },
            { "turns its cancellation into an error", [ConformanceRule.Cancellation] },
            { "is slow", [ConformanceRule.Time] },
            { "hangs", [ConformanceRule.Time] },
            { "keeps the call in a field", [ConformanceRule.Concurrency] },
            { "fails at its second cleanup", [ConformanceRule.Cleanup] },
            { "cleans up for ever", [ConformanceRule.Cleanup] },
        };

    [Theory, MemberData(nameof(Faults))]
    public void A_model_with_a_fault_is_caught_by_the_rule_of_that_fault(string fault, ConformanceRule[] rules)
    {
        var report = ModelConformance.Examine(WithFault(fault), TermsOf(fault));

        Assert.Superset(rules.ToHashSet(), report.Broken.SelectMany(broken => broken.Others.Append(broken.Rule)).ToHashSet());
        Assert.Every(report.Broken, broken => Assert.EndsWith(".", broken.Sentence, StringComparison.Ordinal));
        Assert.Every(report.Broken, broken => Assert.DoesNotContain('\n', broken.Sentence));
    }

    /// <summary>A fault that hides behind no other is named alone, so that its owner knows where to look.</summary>
    [Theory]
    [InlineData("does not initialize")]
    [InlineData("never answers")]
    [InlineData("gives an interval beside its price")]
    [InlineData("wants twelve prices")]
    [InlineData("needs USDT/USD")]
    [InlineData("throws at an old price")]
    [InlineData("keeps the call in a field")]
    [InlineData("fails at its second cleanup")]
    [InlineData("hangs")]
    public void A_single_fault_breaks_a_single_rule(string fault) =>
        Assert.Single(ModelConformance.Examine(WithFault(fault), TermsOf(fault)).Broken);

    [Fact]
    public void Without_other_limits_a_forecast_may_take_half_a_second_and_the_start_half_a_minute()
    {
        var usual = new ConformanceOptions();

        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30)), (usual.TimeLimit, usual.InitializeLimit));
    }

    [Theory]
    [InlineData(true, "a replayed forecast changed with prices that came after it")]
    [InlineData(false, "a replayed forecast is not a price")]
    public void A_replay_that_looks_ahead_or_leaves_values_out_is_caught(bool looksAhead, string said) =>
        Assert.StartsWith(
            said,
            Assert.Single(ModelConformance.Examine(new Replaying(looksAhead), Terms).Broken).Sentence,
            StringComparison.Ordinal
        );

    [Fact]
    public void All_that_is_broken_is_said_in_one_exception_with_the_models_name()
    {
        var model = WithFault("always throws");

        var said = Assert.Throws<ModelConformanceException>(() => ModelConformance.Check(model, Terms)).Message;

        Assert.StartsWith("The model tried@1 breaks the contract:", said, StringComparison.Ordinal);
        Assert.Contains(
            "Answer: with 600 prices it threw InvalidOperationException: broken (ModelConformanceTests.cs:",
            said,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_exception_that_breaks_several_rules_is_reported_once_with_all_of_them()
    {
        var broken = Assert.Single(ModelConformance.Examine(WithFault("always throws"), Terms).Broken);

        Assert.Equal(ConformanceRule.Answer, broken.Rule);
        Assert.Contains(
            "return null where no answer can be given (the same exception breaks Determinism, ",
            broken.Sentence,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ", ShortHistory, Gaps, OldPrices, OddPrices, MissingUsd, Cancellation, Concurrency).",
            broken.Sentence,
            StringComparison.Ordinal
        );
        Assert.Contains(ConformanceRule.OldPrices, broken.Others);
    }

    [Fact]
    public void Too_few_prices_to_check_with_are_refused() =>
        Assert.Contains(
            "at least 120",
            Assert
                .Throws<ArgumentException>(() => ModelConformance.Check(new LastPriceModel(), new() { Prices = Series.Of(7, 7) }))
                .Message,
            StringComparison.Ordinal
        );

    /// <summary>Short limits for the faults that are about time, which break them on any machine.</summary>
    private static ConformanceOptions TermsOf(string fault) =>
        fault switch
        {
            "is slow" or "hangs" => Terms with { TimeLimit = TimeSpan.FromMilliseconds(40) },
            // It is waited for three times. The other calls have 22 s: four times the limit and two seconds.
            "ignores its cancellation" => Terms with { TimeLimit = TimeSpan.FromSeconds(5) },
            "initializes for ever" or "cleans up for ever" => Terms with { InitializeLimit = TimeSpan.FromMilliseconds(100) },
            _ => Terms,
        };

    private static Trying WithFault(string fault)
    {
        var (asked, seen, field) = (0, 0, 0d);
        return fault switch
        {
            "has no id" => new() { Name = () => null! },
            "changes its id" => new() { Name = () => new("tried", $"{++asked}") },
            "throws for its id" => new() { Name = () => new("My Model", "1") },
            "does not initialize" => new() { Initialize = _ => Task.FromResult(false) },
            "throws at initializing" => new() { Initialize = _ => throw new FileNotFoundException("weights") },
            "initializes for ever" => new() { Initialize = async _ => await new TaskCompletionSource<bool>().Task },
            "never answers" => new() { Answer = _ => null },
            "always throws" => new() { Answer = _ => throw new InvalidOperationException("broken"), AnswersWithoutPrices = true },
            "answers scaled prices" => new() { Answer = call => new(call.Last / 10) },
            "gives an interval beside its price" => new()
            {
                Answer = call => new(call.Last, new PredictionInterval(call.Last + 0.01, call.Last + 0.02)),
            },
            "gives an interval that reaches zero" => new() { Answer = call => new(call.Last, new PredictionInterval(-1, call.Last + 1)) },
            "is random" => new() { Answer = call => new(call.Last + Random.Shared.NextDouble() * 0.001) },
            "reads the hour of another time zone" => new() { Answer = call => new(call.Last + call.Time.Hour * 0.0001) },
            "remembers how many prices it saw" => new()
            {
                Answer = call => new(call.Last + Math.Max(0, (seen = Math.Min(seen == 0 ? 600 : seen, call.History.Count)) - 500) * 0.0001),
            },
            "sorts the prices in place" => new()
            {
                Answer = call =>
                {
                    MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(call.History.Prices), call.History.Count).Sort();
                    return new(call.Last);
                },
            },
            "wants twelve prices" => new() { Answer = call => new(call.History.Prices[^12]) },
            "takes the first of none" => new() { Answer = call => new(call.History.Newest!.Value.Cny), AnswersWithoutPrices = true },
            "counts rows for time" => new()
            {
                Answer = call =>
                    call.History.Count < 3
                        ? null
                        : new(
                            call.Last
                                * (
                                    call.History[^1].Time - call.History[^3].Time < TimeSpan.FromMinutes(11)
                                        ? 1
                                        : throw new ArithmeticException("not 10 minutes")
                                )
                        ),
            },
            "throws at an old price" => new()
            {
                Answer = call =>
                    call.Time - call.History.Newest!.Value.Time > TimeSpan.FromHours(2)
                        ? throw new ArithmeticException("old")
                        : new(call.Last),
            },
            "divides by the variance" => new()
            {
                Answer = call => new(call.Last + 0 / (call.History.Prices.ToArray().Max() - call.History.Prices.ToArray().Min())),
            },
            "needs USDT/USD" => new() { Answer = call => new(call.Last * call.History.UsdPrices[^1]) },
            "ignores its cancellation" => new()
            {
                Wait = ct => ct.IsCancellationRequested ? new TaskCompletionSource().Task : Task.CompletedTask,
            },
            "turns its cancellation into an error" => new()
            {
                Wait = ct => ct.IsCancellationRequested ? throw new InvalidOperationException("cancelled") : Task.CompletedTask,
            },
            "is slow" => new() { Wait = async ct => await Task.Delay(80, ct) },
            "hangs" => new() { Wait = async ct => await Task.Delay(Timeout.Infinite, ct) },
            "keeps the call in a field" => new()
            {
                Wait = async ct => await Task.Delay(5, ct),
                Before = call => field = call.History.IsEmpty ? 0 : call.Last + call.History.Count * 0.0001,
                Answer = _ => new(field),
            },
            "fails at its second cleanup" => new()
            {
                Clean = () => ++asked == 1 ? Task.CompletedTask : throw new ObjectDisposedException("session"),
            },
            "cleans up for ever" => new() { Clean = () => new TaskCompletionSource().Task },
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "There is no such fault."),
        };
    }

    private sealed record Call(DateTimeOffset Time, PriceHistory History)
    {
        public double Last => History.Prices[^1];
    }

    /// <summary>The last price's model, in which each part can be made faulty.</summary>
    private sealed class Trying : IPredictionModel
    {
        public Func<ModelId> Name { get; init; } = () => new("tried", "1");

        public Func<CancellationToken, Task<bool>> Initialize { get; init; } = _ => Task.FromResult(true);

        public Action<Call> Before { get; init; } = _ => { };

        public Func<CancellationToken, Task> Wait { get; init; } = _ => Task.CompletedTask;

        public Func<Call, Forecast?> Answer { get; init; } = call => new(call.Last);

        public bool AnswersWithoutPrices { get; init; }

        public Func<Task> Clean { get; init; } = () => Task.CompletedTask;

        public ModelId Id => Name();

        public async ValueTask<bool> InitializeAsync(CancellationToken ct) => await Initialize(ct);

        public async ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct)
        {
            var call = new Call(timestamp, history);
            Before(call);
            await Wait(ct);
            return !AnswersWithoutPrices && history.IsEmpty ? null : Answer(call);
        }

        public async ValueTask CleanupAsync() => await Clean();
    }

    private sealed class Replaying(bool looksAhead) : IPredictionModel, IPastForecasts
    {
        public ModelId Id { get; } = new("replaying", "1");

        public ValueTask<Forecast?> PredictAsync(DateTimeOffset timestamp, PriceHistory history, CancellationToken ct) =>
            new(history.Newest is { } newest ? new Forecast(newest.Cny) : null);

        public void Replay(PriceHistory history, Span<double> forecasts)
        {
            if (looksAhead)
            {
                forecasts.Fill(history.Prices[^1]);
            }
        }
    }
}
