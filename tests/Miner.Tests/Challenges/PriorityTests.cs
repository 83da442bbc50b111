using System.Net;
using Bittbridge.Bittensor.Authentication;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Prices;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Http;
using Bittbridge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bittbridge.Miner.Tests.Challenges;

/// <summary>Who waits for whom when many call at once, over a socket.</summary>
public sealed class PriorityTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixteen_requests_of_callers_without_a_permit_run_at_once_and_a_permit_holder_does_not_wait_for_them()
    {
        using var alice = new TestValidator("//Alice");
        using var charlie = new TestValidator("//Charlie");
        var (prices, log) = (new HeldPrices(), new RememberedForecasts());
        await using var miner = await RunningMiner.StartAsync(
            prices,
            [("Bittbridge:Access", "signed"), ("Bittbridge:Hotkey", TestValidator.Miner.ToString()), ("Bittbridge:Replay", "memory")],
            services =>
                services
                    .Replace(ServiceDescriptor.Singleton<IAccessPolicy>(new PermitOf(alice)))
                    .Replace(ServiceDescriptor.Singleton<IForecastLog>(log)),
            ("Bittbridge:Limits:PerCallerPerMinute", "0")
        );

        // The read of the start.
        await Polling.UntilAsync(() => prices.Asked == 1);
        var others = Enumerable.Range(0, 16).Select(_ => StatusAsync(miner, charlie)).ToList();
        await Polling.UntilAsync(() => prices.Asked == 17);

        // They hold every place, so the seventeenth waits.
        var limits = miner.Services.GetRequiredService<CallerLimits>();
        Assert.Equal(429, (await limits.EnterAsync(hasPermit: false, TimeSpan.Zero, Ct)).Refusal?.Status);
        others.Add(StatusAsync(miner, charlie));

        var permitted = StatusAsync(miner, alice);
        await Polling.UntilAsync(() => prices.Asked == 18);
        prices.Release();
        Assert.Equal(HttpStatusCode.OK, await permitted);
        Assert.Every(await Task.WhenAll(others), status => Assert.Equal(HttpStatusCode.OK, status));

        await Polling.UntilAsync(() => log.Records.DistinctBy(record => record.Caller).Count() == 2);
        Assert.Every(log.Records, record => Assert.Equal(record.Caller == alice.Address.ToString(), record.HasPermit));
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningMiner miner, TestValidator caller)
    {
        using var request = caller.Ask();
        using var response = await miner.Client.SendAsync(request, Ct);
        return response.StatusCode;
    }

    /// <summary>Gives one caller a permit; all others have none.</summary>
    private sealed class PermitOf(TestValidator validator) : IAccessPolicy
    {
        public ValueTask<Result<AccessGrant>> AuthorizeAsync(Caller caller, CancellationToken ct) =>
            new(new AccessGrant(HasPermit: caller.Hotkey == validator.Address));
    }

    /// <summary>Prices that each request waits for until they are released.</summary>
    private sealed class HeldPrices : IPrices
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public PriceSnapshot? InMemory { get; } = FixedPrices.Until(TimeProvider.System.GetUtcNow()).InMemory;

        public string? LastReadFailure => null;

        public async ValueTask<PriceSnapshot?> CurrentAsync(CancellationToken ct)
        {
            Interlocked.Increment(ref _asked);
            await _released.Task.WaitAsync(ct);
            return InMemory;
        }

        public void Release() => _released.SetResult();
    }
}
