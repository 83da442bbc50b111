using Bittbridge.Miner.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bittbridge.Miner.Tests.Hosting;

public sealed class MinerHostTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_that_was_asked_for_ends_with_0() =>
        Assert.Equal(0, await RunAsync(new Service(host => host.StopApplication())));

    [Fact]
    public async Task A_background_service_that_fails_ends_with_1() =>
        Assert.Equal(1, await RunAsync(new Service(_ => throw new FormatException("x"))));

    [Fact]
    public async Task An_exception_at_the_start_ends_with_1() =>
        Assert.Equal(1, await RunAsync(new Start(() => throw new FormatException("x"))));

    [Fact]
    public async Task Settings_that_can_not_be_used_end_with_2_wherever_they_are_found()
    {
        SettingsException wrong = new(new SettingProblem("Bittbridge:X", "'y'", "set it to z"));
        Assert.Equal(2, await RunAsync(new Start(() => throw wrong)));
        Assert.Equal(2, await MinerHost.RunAsync(() => throw wrong, ct: Stop));
    }

    private static Task<int> RunAsync(IHostedService service) =>
        MinerHost.RunAsync(
            () =>
            {
                var builder = Host.CreateEmptyApplicationBuilder(null);
                builder.Services.AddSingleton(provider =>
                {
                    (service as Service)?.Lifetime.SetResult(provider.GetRequiredService<IHostApplicationLifetime>());
                    return service;
                });
                return builder.Build();
            },
            ct: Stop
        );

    private sealed class Service(Action<IHostApplicationLifetime> work) : BackgroundService
    {
        public TaskCompletionSource<IHostApplicationLifetime> Lifetime { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            work(await Lifetime.Task);
        }
    }

    private sealed class Start(Action work) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            work();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
