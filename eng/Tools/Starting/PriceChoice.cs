namespace Bittbridge.Tools.Starting;

/// <summary>Where the miner's prices come from in this run.</summary>
/// <param name="Source">The value of the setting <c>Prices:Source</c>.</param>
/// <param name="Reason">Which and why, in words.</param>
public sealed record PriceChoice(string Source, string Reason)
{
    public const string SourceVariable = "Bittbridge__Prices__Source";
    public const string BaseAddressVariable = "Bittbridge__CoinGecko__BaseAddress";

    private const string PublicAddress = "https://api.coingecko.com/api/v3";

    /// <summary>Whether a recording is played.</summary>
    public bool IsRecording => Source is not ("coingecko" or "simulated");

    /// <summary>A recording where one is named, else what the user has set, else CoinGecko where it answers, else simulated prices.</summary>
    public static async Task<PriceChoice> MakeAsync(string? recording, CancellationToken cancellationToken)
    {
        if (recording is not null)
        {
            return new PriceChoice(recording, $"Prices: the recording {Path.GetFileName(recording)}, played as if it ended now");
        }

        if (Environment.GetEnvironmentVariable(SourceVariable) is { Length: > 0 } set)
        {
            return new PriceChoice(set, $"Prices: {set}, because {SourceVariable} says so");
        }

        var address = Environment.GetEnvironmentVariable(BaseAddressVariable) is { Length: > 0 } other ? other : PublicAddress;
        return await FailureAsync(address.TrimEnd('/') + "/ping", cancellationToken) is { } failure
            ? new PriceChoice("simulated", $"Prices: SIMULATED, not real, because CoinGecko can't be reached ({failure})")
            : new PriceChoice("coingecko", "Prices: CoinGecko, which answers");
    }

    private static async Task<string?> FailureAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return $"{address} is no address";
        }

        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Bittbridge.Serverless");
        try
        {
            using var response = await client.GetAsync(uri, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException problem)
        {
            return problem.HttpRequestError is HttpRequestError.Unknown ? problem.Message : $"{uri.Host}: {Words(problem.HttpRequestError)}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{uri.Host}: no answer within {client.Timeout.TotalSeconds:0} s";
        }
    }

    private static string Words(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "the name is not known here",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "no secure connection",
        _ => error.ToString(),
    };
}
