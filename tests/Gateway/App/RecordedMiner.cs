using System.Net;
using System.Security.Cryptography.X509Certificates;
using Bittbridge.Miner;
using Bittbridge.Miner.Access;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Prices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Gateway.Tests.App;

/// <summary>The miner of the recordings, with their subnet and a clock to set, reached over TLS or without.</summary>
internal sealed class RecordedMiner : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RecordedMiner(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <param name="clock">Its date is the miner's; prices end where it stands now.</param>
    /// <param name="certificate">For TLS; null: plain HTTP.</param>
    public static async Task<RecordedMiner> StartAsync(MovableClock clock, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder
            .WebHost.UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    0,
                    listen =>
                    {
                        listen.Protocols = HttpProtocols.Http1;
                        if (certificate is not null)
                        {
                            listen.UseHttps(certificate);
                        }
                    }
                )
            );
        builder.Configuration.AddInMemoryCollection([
            new("ASPNETCORE_ENVIRONMENT", "Development"),
            new("DOTNET_ENVIRONMENT", null),
            new("Bittbridge:Access", "registered"),
            new("Bittbridge:Replay", "memory"),
            new("Bittbridge:Hotkey", RecordedSubnet.Miner.ToString()),
            new("Bittbridge:Limits:PerCallerPerMinute", "0"),
            new("Bittbridge:Limits:PerSecond", "0"),
        ]);
        builder.Services.AddMiner(builder.Configuration);
        builder.Services.Replace(ServiceDescriptor.Singleton<IPrices>(FixedPrices.Until(clock.Now)));
        builder.Services.Replace(ServiceDescriptor.Singleton<IForecastLog>(new RememberedForecasts()));
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        builder.Services.Replace(ServiceDescriptor.Singleton<IAccessPolicy>(new RecordedSubnet()));

        // It has been running for a while, so that no recorded request is from before its start.
        var now = clock.Now;
        clock.Now = now.AddHours(-1);
        var app = builder.Build();
        app.MapMiner();
        await app.StartAsync(TestContext.Current.CancellationToken);
        clock.Now = now;
        return new(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
