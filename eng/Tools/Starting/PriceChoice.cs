using System.Net;

namespace Bittbridge.Tools.Starting;

/// <summary>Where the miner's prices come from in this run.</summary>
/// <param name="Source">The value of the setting <c>Prices:Source</c>.</param>
/// <param name="Reason">Which and why, in words.</param>
internal sealed record PriceChoice(string Source, string Reason)
{
    private const string SourceVariable = "Bittbridge__Prices__Source";
    private const string KeyVariable = "Bittbridge__CoinGecko__ApiKey";
    private const string AddressVariable = "Bittbridge__CoinGecko__BaseAddress";
    private const string DefaultAddress = "https://api.coingecko.com/api/v3";

    /// <summary>Whether a recording is played.</summary>
    public bool IsRecording => Source is not ("coingecko" or "simulated");

    /// <summary>A recording where one is named, else the user's setting, else CoinGecko where it answers, else simulated prices.</summary>
    public static async Task<PriceChoice> MakeAsync(string? recording, CancellationToken ct)
    {
        if (recording is not null)
        {
            return new(recording, $"Prices: the recording {Path.GetFileName(recording)}, played as if it ended now");
        }

        if (Environment.GetEnvironmentVariable(SourceVariable) is { Length: > 0 } set)
        {
            return new(set, $"Prices: {set}, because {SourceVariable} says so");
        }

        return await FailureAsync(ct) is { } failure
            ? new("simulated", $"Prices: SIMULATED, not real, because {failure}")
            : new("coingecko", "Prices: CoinGecko, which answers");
    }

    /// <param name="source">What the miner says of its prices; null where it says nothing.</param>
    public string SourceInWords(string? source) =>
        (source ?? (IsRecording ? "recording" : Source)) switch
        {
            "coingecko" => "CoinGecko",
            "simulated" => "SIMULATED prices, not real ones",
            "recording" => "recorded prices, played as if they ended now",
            var other => other,
        };

    private static async Task<string?> FailureAsync(CancellationToken ct)
    {
        var address = Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } other ? other : DefaultAddress;
        if (!Uri.TryCreate(address.TrimEnd('/') + "/ping", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return $"{AddressVariable} is no address";
        }

        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Bittbridge.Serverless");
        var key = Environment.GetEnvironmentVariable(KeyVariable);
        client.DefaultRequestHeaders.TryAddWithoutValidation(
            uri.Host.StartsWith("pro-", StringComparison.Ordinal) ? "x-cg-pro-api-key" : "x-cg-demo-api-key",
            string.IsNullOrEmpty(key) ? [] : [key]
        );
        try
        {
            using var response = await client.GetAsync(uri, ct);
            return response.IsSuccessStatusCode
                ? null
                : $"CoinGecko answered {(int)response.StatusCode}{Remedy(response.StatusCode, hasKey: key is { Length: > 0 })}";
        }
        catch (HttpRequestException exception)
        {
            return $"CoinGecko can't be reached ({uri.Host}: {Words(exception.HttpRequestError)})";
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"CoinGecko can't be reached ({uri.Host}: no answer within {client.Timeout.TotalSeconds:0} s)";
        }
    }

    private static string Remedy(HttpStatusCode status, bool hasKey) =>
        status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when hasKey =>
                $": it does not take the key in {KeyVariable}; correct or remove it",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $": it asks for a key in {KeyVariable}",
            HttpStatusCode.TooManyRequests => $": too many calls from here; wait a minute, or set a key in {KeyVariable}",
            _ => string.Empty,
        };

    private static string Words(HttpRequestError error) =>
        error switch
        {
            HttpRequestError.NameResolutionError => "the name is not known here",
            HttpRequestError.ConnectionError => "no connection",
            HttpRequestError.SecureConnectionError => "no secure connection",
            _ => "no valid HTTP response",
        };
}
