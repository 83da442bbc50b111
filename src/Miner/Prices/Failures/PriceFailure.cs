namespace Bittbridge.Miner.Prices.Failures;

/// <summary>Why a poll returned no price, and the remedy. The log, health and <c>doctor</c> show the same text.</summary>
/// <param name="Fault">Determines the remedy.</param>
/// <param name="Detail">What happened, in words, without a full stop.</param>
public sealed record PriceFailure(PriceFault Fault, string Detail)
{
    /// <summary>Whether the source is that of the offshore rate, which has other settings.</summary>
    public bool IsOfRates { get; init; }

    /// <summary>The remedy as a clause; null when the next poll is the remedy.</summary>
    public string? Remedy => IsOfRates ? RemedyOfRates : RemedyOfPrices;

    private string? RemedyOfRates =>
        Fault switch
        {
            PriceFault.Unreachable or PriceFault.TimedOut =>
                "let this machine reach Twelve Data over HTTPS (DNS, firewall, proxy), and check Bittbridge:TwelveData:BaseAddress if it "
                    + "is set",
            PriceFault.BrokeOff => "wait; if it repeats, a firewall or proxy cuts the connection",
            PriceFault.TooManyCallsOfKey => "wait, and use a key of its own for the miner: it needs about 85 calls a day",
            PriceFault.KeyInvalid => "set Bittbridge:TwelveData:ApiKey to a valid key, or remove it",
            PriceFault.PlanTooSmall => "use a key whose plan has time_series of USD/CNH; the free plan has",
            PriceFault.Redirected or PriceFault.NotFound or PriceFault.NotTheApi or PriceFault.NoPrice =>
                "check that Bittbridge:TwelveData:BaseAddress, if it is set, is Twelve Data's API, and that no proxy answers in its place",
            PriceFault.Refused => "check Bittbridge:TwelveData:ApiKey and Bittbridge:TwelveData:BaseAddress",
            PriceFault.ServerTrouble => "wait, and see Twelve Data's status page",
            _ => null,
        };

    private string? RemedyOfPrices =>
        Fault switch
        {
            PriceFault.Unreachable or PriceFault.TimedOut =>
                "let this machine reach CoinGecko over HTTPS (DNS, firewall, proxy), and check Bittbridge:CoinGecko:BaseAddress if it is "
                    + "set",
            PriceFault.BrokeOff => "wait; if it repeats, a firewall or proxy cuts the connection",
            PriceFault.TooManyCalls => "wait some minutes, or set Bittbridge:CoinGecko:ApiKey to a free demo key, which has its own quota",
            PriceFault.TooManyCallsOfKey => "wait, or take a larger plan for the key: one miner needs about 9,000 calls a month",
            PriceFault.KeyMissing => "set Bittbridge:CoinGecko:ApiKey; a free demo key is enough",
            PriceFault.KeyInvalid => "set Bittbridge:CoinGecko:ApiKey to a valid key, or remove it",
            PriceFault.DemoKeyAtProHost =>
                "the key is a demo key, which works at the public host only: remove Bittbridge:CoinGecko:BaseAddress",
            PriceFault.ProKeyAtPublicHost =>
                "the key is a pro key: set Bittbridge:CoinGecko:BaseAddress to https://pro-api.coingecko.com/api/v3",
            PriceFault.PlanTooSmall => "use a key whose plan has simple/price and market_chart; the free demo plan has both",
            PriceFault.AddressBlocked => "set Bittbridge:CoinGecko:ApiKey to a free demo key, or use another IP address",
            PriceFault.Redirected or PriceFault.NotFound or PriceFault.NotTheApi =>
                "check that Bittbridge:CoinGecko:BaseAddress, if it is set, is CoinGecko's API, and that no proxy answers in its place",
            PriceFault.Refused => "check Bittbridge:CoinGecko:ApiKey and Bittbridge:CoinGecko:BaseAddress",
            PriceFault.ServerTrouble or PriceFault.Stale => "wait, and see CoinGecko's status page",
            PriceFault.NoPrice => "check that Bittbridge:CoinGecko:BaseAddress, if it is set, is CoinGecko's API",
            _ => null,
        };

    public override string ToString() => Remedy is { } remedy ? $"{Detail}: {remedy}" : Detail;
}
