using System.Net.Sockets;
using System.Text;
using Bittbridge.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests;

/// <summary>The miner's endpoints on a real socket, with prices, records and model as a test wants them.</summary>
internal sealed class RunningMiner : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningMiner(WebApplication app) => _app = app;

    public HttpClient Client => new() { BaseAddress = new(Address) };

    private string Address => _app.Urls.Single();

    public static async Task<RunningMiner> StartAsync(IPrices prices, IForecastLog? log = null, IPredictionModel? model = null, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Name, s.Value)));
        builder.Configuration.AddInMemoryCollection([new("ASPNETCORE_ENVIRONMENT", "Development"), new("DOTNET_ENVIRONMENT", null), new("Bittbridge:Access", "open")]);
        builder.Services.AddMiner(builder.Configuration);
        builder.Services.Replace(ServiceDescriptor.Singleton(prices));
        builder.Services.Replace(ServiceDescriptor.Singleton(log ?? new RememberedForecasts()));
        if (model is not null)
        {
            builder.Services.AddSingleton(model);
            builder.Configuration["Bittbridge:Model"] = model.Id.Name;
            builder.Services.Replace(ServiceDescriptor.Singleton(SettingsReader.Read(builder.Configuration)));
        }

        var app = builder.Build();
        app.MapMiner();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    /// <summary>Sends bytes as they are and reads until the miner closes, or nothing where it just hangs up; <c>Connection: close</c> is the sender's to ask.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        var uri = new Uri(Address);
        using var client = new TcpClient();
        await client.ConnectAsync(uri.Host, uri.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        try
        {
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "";
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
