using Bittbridge.Models;
using Bittbridge.Models.Testing;
using Bittbridge.Testing;

namespace Bittbridge.Onnx.Tests;

public sealed class TrainedElsewhereTests
{
    private static readonly DateTimeOffset Now = new(2025, 10, 30, 19, 30, 0, TimeSpan.Zero);

    public static TheoryData<string> Names => [.. TrainedElsewhere.Names];

    /// <summary>In single precision the recorded answer itself is good to half a unit of the seventh digit.</summary>
    [Theory]
    [InlineData("lstm", 1e-6)]
    [InlineData("trees", 1e-8)]
    [InlineData("quantiles", 1e-12)]
    public async Task A_model_answers_every_recorded_window_as_it_did_where_it_was_trained(string name, double tolerance)
    {
        using var folder = new ModelFolder(TrainedElsewhere.Description(name), TrainedElsewhere.Graph(name));
        var model = folder.Load();
        var cases = TrainedElsewhere.Cases(name);

        Assert.Equal(40, cases.Count);
        foreach (var recorded in cases)
        {
            var forecast = (await model.PredictAsync(Now, Histories.EndingAt(Now, recorded.Window), CancellationToken.None))!;
            Assert.Equal(recorded.Price, forecast.Price, tolerance);
            Assert.Equal(recorded.Lower is null, forecast.Interval is null);
            if (forecast.Interval is { } interval)
            {
                Assert.Equal(recorded.Lower!.Value, interval.Lower, tolerance);
                Assert.Equal(recorded.Upper!.Value, interval.Upper, tolerance);
            }
        }

        await model.CleanupAsync();
    }

    [Theory, MemberData(nameof(Names))]
    public void A_model_keeps_the_contract_of_every_model(string name)
    {
        using var folder = new ModelFolder(TrainedElsewhere.Description(name), TrainedElsewhere.Graph(name));

        ModelConformance.Check(folder.Load(), ModelFolderLoading.Terms);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Many_at_once_get_the_answers_that_one_gets(string name)
    {
        using var folder = new ModelFolder(TrainedElsewhere.Description(name), TrainedElsewhere.Graph(name));
        var model = folder.Load();
        var histories = TrainedElsewhere.Cases(name).Select(recorded => Histories.EndingAt(Now, recorded.Window)).ToList();
        var alone = new List<Forecast?>();
        foreach (var history in histories)
        {
            alone.Add(await model.PredictAsync(Now, history, CancellationToken.None));
        }

        await Parallel.ForAsync(
            0,
            400,
            TestContext.Current.CancellationToken,
            async (i, ct) => Assert.Equal(alone[i % alone.Count], await model.PredictAsync(Now, histories[i % histories.Count], ct))
        );
        await model.CleanupAsync();
    }

    [Fact]
    public async Task Cleaned_up_while_it_is_asked_it_finishes_what_it_began_and_then_gives_nothing()
    {
        using var folder = new ModelFolder(TrainedElsewhere.Description("lstm"), TrainedElsewhere.Graph("lstm"));
        var model = folder.Load();
        var recorded = TrainedElsewhere.Cases("lstm")[0];
        var history = Histories.EndingAt(Now, recorded.Window);
        // Not disposed of: it ends the loops after a failure.
        var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var answered = new CountdownEvent(4);
        var asking = Enumerable
            .Range(0, answered.InitialCount)
            .Select(_ =>
                Task.Run(async () =>
                {
                    for (var answers = 0; await model.PredictAsync(Now, history, limit.Token) is { } forecast; answers++)
                    {
                        Assert.Equal(recorded.Price, forecast.Price, 1e-6);
                        if (answers == 0)
                        {
                            answered.Signal();
                        }
                    }
                })
            )
            .ToList();

        Assert.True(answered.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        await model.CleanupAsync();
        await model.CleanupAsync();

        await Task.WhenAll(asking).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Null(await model.PredictAsync(Now, history, CancellationToken.None));
    }

    [Fact]
    public async Task A_cancelled_call_gives_nothing_but_its_cancellation()
    {
        using var folder = new ModelFolder(TrainedElsewhere.Description("lstm"), TrainedElsewhere.Graph("lstm"));
        var model = folder.Load();

        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await model.PredictAsync(
                Now,
                Histories.EndingAt(Now, TrainedElsewhere.Cases("lstm")[0].Window),
                new CancellationToken(canceled: true)
            )
        );
        await model.CleanupAsync();
    }
}
