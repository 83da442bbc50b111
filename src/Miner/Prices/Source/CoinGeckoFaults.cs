using System.Globalization;
using System.Net;
using System.Text;
using Bittbridge.Miner.Prices.Failures;

namespace Bittbridge.Miner.Prices.Source;

/// <summary>
/// Classifies an answer without a price. CoinGecko's own code decides; without a known code, the HTTP status does.
/// </summary>
internal static class CoinGeckoFaults
{
    private const int MaxTextLength = 256;
    private const string CloudflareError = "error code:";

    /// <summary>Null for an answer that is not an error.</summary>
    public static PriceFailure? Of(ApiReply reply, string? key)
    {
        if (reply.IsTooLarge)
        {
            return new(PriceFault.NotTheApi, "CoinGecko answered with more than any price list holds");
        }

        var error = reply.IsJson ? CoinGeckoJson.Error(reply.Body, key) : null;
        if (reply.Status == (int)HttpStatusCode.OK)
        {
            return error is not null ? Failure(reply.Status, error.Code, error, key, isPage: false)
                : reply.IsJson ? null
                : new(PriceFault.NotTheApi, "CoinGecko answered with a page instead of JSON");
        }

        return Failure(reply.Status, error?.Code ?? CloudflareCode(reply), error, key, isPage: !reply.IsJson);
    }

    private static PriceFailure Failure(int status, int? code, CoinGeckoError? error, string? key, bool isPage)
    {
        var words =
            error?.Message is { Length: > 0 } said ? $" ({said})"
            : code is not null && error is null ? $" (error code {code})"
            : "";
        return new(Fault(status, code, key is not null, isPage), $"CoinGecko answered {status}{words}");
    }

    private static PriceFault Fault(int status, int? code, bool hasKey, bool isPage) =>
        code switch
        {
            10010 => PriceFault.ProKeyAtPublicHost,
            10011 => PriceFault.DemoKeyAtProHost,
            10002 => hasKey ? PriceFault.KeyInvalid : PriceFault.KeyMissing,
            10005 or 10012 => PriceFault.PlanTooSmall,
            // Cloudflare's codes; it is the proxy of CoinGecko.
            1015 => TooMany(hasKey),
            1006 or 1007 or 1008 or 1009 or 1010 or 1012 or 1020 => PriceFault.AddressBlocked,
            // The body may contain the real status, different from the HTTP status.
            >= 400 and <= 599 => Fault(code.Value, null, hasKey, isPage),
            _ => status switch
            {
                429 => TooMany(hasKey),
                401 => hasKey ? PriceFault.KeyInvalid : PriceFault.KeyMissing,
                403 => hasKey && !isPage ? PriceFault.KeyInvalid : PriceFault.AddressBlocked,
                451 => PriceFault.AddressBlocked,
                404 or 410 => PriceFault.NotFound,
                407 => PriceFault.NotTheApi,
                >= 300 and < 400 => PriceFault.Redirected,
                >= 500 => PriceFault.ServerTrouble,
                200 or >= 400 => PriceFault.Refused,
                _ => PriceFault.NotTheApi,
            },
        };

    private static PriceFault TooMany(bool hasKey) => hasKey ? PriceFault.TooManyCallsOfKey : PriceFault.TooManyCalls;

    /// <summary>The code in Cloudflare's <c>error code: 1020</c>; null for any other body.</summary>
    private static int? CloudflareCode(ApiReply reply)
    {
        if (reply.Body.Length > MaxTextLength)
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(reply.Body.Span).Trim();
        return
            text.StartsWith(CloudflareError, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(text.AsSpan(CloudflareError.Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var code)
            ? code
            : null;
    }
}
