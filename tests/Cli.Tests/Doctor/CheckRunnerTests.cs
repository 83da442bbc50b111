using Bittbridge.Cli.Doctor;
using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Cli.Tests.Doctor;

public sealed class CheckRunnerTests
{
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_that_ignores_its_token_ends_at_the_timeout_and_the_others_still_report()
    {
        var never = new TaskCompletionSource<Finding>();
        var third = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var checkup = new CheckRunner(
            [
                new Check("one", _ => Task.FromResult(Finding.Passed("fine"))),
                new Check("two", _ => never.Task),
                new Check(
                    "three",
                    _ =>
                    {
                        third.SetResult();
                        return Task.FromResult(Finding.Passed("fine"));
                    }
                ),
            ],
            CheckRunner.MaxDuration,
            _clock
        );
        List<(string Name, Finding Finding)> found = [];

        var reading = ReadAsync(checkup, found);
        while (found.Count == 0)
        {
            await Task.Delay(5, Stop);
        }

        // The third has run; what is left is that the runner takes its result.
        await third.Task;
        await Task.Delay(200, Stop);

        _clock.Advance(CheckRunner.MaxDuration);
        await reading;

        Assert.Equal(["one", "two", "three"], found.Select(one => one.Name));
        Assert.Equal([FindingLevel.Passed, FindingLevel.Failed, FindingLevel.Passed], found.Select(one => one.Finding.Level));
        Assert.Equal("no answer within 15 s", found[1].Finding.Detail);
    }

    [Fact]
    public async Task Checks_run_concurrently()
    {
        var second = new TaskCompletionSource();
        List<(string Name, Finding Finding)> found = [];

        await ReadAsync(
            new CheckRunner(
                [
                    new Check(
                        "one",
                        async _ =>
                        {
                            await second.Task;
                            return Finding.Passed("after the second");
                        }
                    ),
                    new Check(
                        "two",
                        _ =>
                        {
                            second.SetResult();
                            return Task.FromResult(Finding.Passed("first"));
                        }
                    ),
                ],
                CheckRunner.MaxDuration,
                _clock
            ),
            found
        );

        Assert.Equal(["after the second", "first"], found.Select(one => one.Finding.Detail));
    }

    [Fact]
    public async Task A_check_that_throws_is_a_finding()
    {
        List<(string Name, Finding Finding)> found = [];

        await ReadAsync(
            new CheckRunner(
                [
                    new Check("one", _ => throw new NotSupportedException("odd\nsecond line")),
                    new Check("two", _ => throw new SettingsException(new SettingProblem("X", "'y'", "set it to z"))),
                ],
                CheckRunner.MaxDuration,
                _clock
            ),
            found
        );

        Assert.Equal("the check itself failed (NotSupportedException)", found[0].Finding.Detail);
        Assert.Equal(("The setting X is 'y'", "Set it to z."), (found[1].Finding.Detail, found[1].Finding.Remedy));
    }

    private static async Task ReadAsync(CheckRunner checkup, List<(string Name, Finding Finding)> found)
    {
        await foreach (var one in checkup.RunAsync(Stop))
        {
            found.Add(one);
        }
    }

    private sealed class Check(string name, Func<CancellationToken, Task<Finding>> run) : ICheck
    {
        public string Name => name;

        public Task<Finding> RunAsync(CancellationToken ct) => run(ct);
    }
}
