using Bittbridge.Miner;
using Bittbridge.Miner.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Cli.Tests.Reporting;

/// <summary>The miner itself on a local port, without its schedule.</summary>
internal sealed class ReportMiner : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ReportMiner(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<ReportMiner> StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([
            new("ASPNETCORE_ENVIRONMENT", "Development"),
            new("DOTNET_ENVIRONMENT", null),
            new("Bittbridge:Access", "open"),
            new("Bittbridge:Network", "http://127.0.0.1:1"),
            .. settings,
        ]);
        builder.Services.AddMiner(builder.Configuration);
        var app = builder.Build();
        app.MapMiner();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
