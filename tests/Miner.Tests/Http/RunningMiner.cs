using System.Net.Sockets;
using System.Text;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Forecasting;
using Bittbridge.Miner.Http;
using Bittbridge.Miner.Prices;
using Bittbridge.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>
/// The miner's endpoints on a real socket, with prices, records and model as a test wants them. Unless a test sets them, access is open and
/// the chain is out of reach. The budget is the longest there is, so that a model answers on a busy machine too.
/// </summary>
internal sealed class RunningMiner : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningMiner(WebApplication app) => _app = app;

    public HttpClient Client => new() { BaseAddress = Address };

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.Single());

    public static Task<RunningMiner> StartAsync(
        IPrices prices,
        IForecastLog? log = null,
        IPredictionModel? model = null,
        params (string Name, string Value)[] settings
    ) =>
        StartAsync(
            prices,
            settings,
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton(log ?? new RememberedForecasts()));
                if (model is not null)
                {
                    services.AddSingleton(model);
                }
            },
            model is null ? [] : [("Bittbridge:Model", model.Id.Name)]
        );

    /// <param name="prices">The prices; null for those of the settings.</param>
    /// <param name="settings">The settings that the test is about.</param>
    /// <param name="services">Puts parts of its own into the miner.</param>
    /// <param name="more">More settings.</param>
    public static async Task<RunningMiner> StartAsync(
        IPrices? prices,
        (string Name, string Value)[] settings,
        Action<IServiceCollection> services,
        params (string Name, string Value)[] more
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([
            new("ASPNETCORE_ENVIRONMENT", "Development"),
            new("DOTNET_ENVIRONMENT", null),
            new("Bittbridge:Access", "open"),
            new("Bittbridge:Network", "http://127.0.0.1:1"),
            new("Bittbridge:BudgetMs", "10000"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Concat(more).Select(s => new KeyValuePair<string, string?>(s.Name, s.Value)));
        builder.Services.AddMiner(builder.Configuration);
        if (prices is not null)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton(prices));
        }

        builder.Services.Replace(ServiceDescriptor.Singleton<IForecastLog>(new RememberedForecasts()));
        services(builder.Services);
        var app = builder.Build();
        ConnectionLimits.Configure(app);
        app.MapMiner();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    /// <summary>
    /// Sends bytes as they are and reads until the miner closes, or nothing where it just hangs up; <c>Connection: close</c> is the
    /// sender's to ask.
    /// </summary>
    /// <param name="request">All of it.</param>
    /// <param name="hangUp">Closes the sender's side after the last byte, which the miner may take for a caller that went away.</param>
    public async Task<string> SendRawAsync(byte[] request, bool hangUp = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(request, TestContext.Current.CancellationToken);
            if (hangUp)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (IOException)
        {
            // It has answered, and closed, before all was sent.
        }

        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // What came before it hung up counts.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>Sends the head of a request at once and its body later, and reads until the miner closes.</summary>
    /// <param name="request">A request of <see cref="TestValidator"/>; it can be sent as often as a test likes.</param>
    /// <param name="beforeBody">What the body waits for.</param>
    public async Task<string> SendLateAsync(HttpRequestMessage request, Func<Task> beforeBody)
    {
        var ct = TestContext.Current.CancellationToken;
        using var twin = TestValidator.Again(request);
        var body = await twin.Content!.ReadAsByteArrayAsync(ct);
        var head = new StringBuilder(
            $"POST {twin.RequestUri!.OriginalString} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
                + $"application/json\r\nContent-Length: {body.Length}\r\n"
        );
        foreach (var (name, values) in twin.Headers)
        {
            head.Append(name).Append(": ").Append(values.Single()).Append("\r\n");
        }

        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port, ct);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), ct);
        await beforeBody();
        await stream.WriteAsync(body, ct);
        return await new StreamReader(stream).ReadToEndAsync(ct);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
