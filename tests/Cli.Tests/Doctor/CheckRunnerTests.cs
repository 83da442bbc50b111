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
        var checkup = new CheckRunner(
            [
                new Check("one", _ => Task.FromResult(Finding.Passed("fine"))),
                new Check("two", _ => Task.FromResult(Finding.Passed("fine"))),
                new Check("three", _ => never.Task),
                new Check("four", _ => never.Task),
            ],
            CheckRunner.MaxDuration,
            _clock
        );
        List<(string Name, Finding Finding)> found = [];

        var reading = ReadAsync(checkup, found);
        while (found.Count < 2)
        {
            await Task.Delay(5, Stop);
        }

        Assert.False(reading.IsCompleted);
        _clock.Advance(CheckRunner.MaxDuration);
        await reading.WaitAsync(Stop);

        Assert.Equal(["one", "two", "three", "four"], found.Select(one => one.Name));
        Assert.Equal(
            [FindingLevel.Passed, FindingLevel.Passed, FindingLevel.Failed, FindingLevel.Failed],
            found.Select(one => one.Finding.Level)
        );
        Assert.Equal(["no answer within 15 s", "no answer within 15 s"], found.Skip(2).Select(one => one.Finding.Detail));
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
                            await second.Task.WaitAsync(Stop);
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
