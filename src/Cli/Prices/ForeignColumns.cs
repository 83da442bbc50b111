namespace Bittbridge.Cli.Prices;

/// <summary>The columns of a file from another program.</summary>
internal sealed class ForeignColumns
{
    private static readonly string[] TimeTitles =
    [
        "timestamp_utc",
        "close_time",
        "close time",
        "timestamp",
        "datetime",
        "snapped_at",
        "date_time",
        "unix",
        "unix_time",
        "unixtime",
        "open_time",
        "open time",
        "date",
        "time",
    ];
    private static readonly string[] PriceTitles = ["close", "price", "cny", "usdt_cny", "usdt/cny", "value", "last", "rate"];
    private static readonly string[] BarTitles = ["open", "high", "low"];
    private static readonly string[] UsdTitles = ["usd", "usdt_usd", "usdt/usd", "price_usd"];

    private readonly int _time;
    private readonly int _timeOfDay = -1;

    private ForeignColumns(int time, int timeOfDay, int price, int usd) => (_time, _timeOfDay, Price, Usd) = (time, timeOfDay, price, usd);

    public int Price { get; }

    /// <summary>-1 without USD prices.</summary>
    public int Usd { get; }

    /// <summary>The last column that a line must have.</summary>
    public int Last => Math.Max(Price, Math.Max(_time, _timeOfDay));

    public bool HasTitles { get; private init; } = true;

    /// <summary>How many lines of titles there may be.</summary>
    public int TitleLines { get; private init; } = 1;

    /// <summary>Whether a line is a bar, which is usually stamped with its start.</summary>
    public bool IsOfBars { get; private init; }

    public string TimeTitle { get; private init; } = "";

    public string PriceTitle { get; private init; } = "";

    /// <summary>The columns that the first line names, or those of two or three plain columns; null when they can't be told.</summary>
    public static ForeignColumns? Of(IReadOnlyList<string> first, ForeignColumnNames wanted)
    {
        var titles = first.Select(title => title.Trim('<', '>', ' ')).ToList();
        if (wanted.IsEmpty && titles.Count is 2 or 3 && ForeignTime.TryParse(first[0], out _) && ForeignNumber.TryParse(first[1], out _))
        {
            return new(0, -1, 1, titles.Count == 3 ? 2 : -1)
            {
                HasTitles = false,
                TimeTitle = "the first column",
                PriceTitle = "the second column",
            };
        }

        // yfinance: "Price,Close,High,…" above a line with the symbol and one with the name of the first column.
        var isOfYfinance = titles.Count > 1 && Is(titles[0], "price") && titles.Skip(1).Any(title => Is(title, "close"));
        var time = isOfYfinance && wanted.Time is null ? 0 : Find(titles, wanted.Time, TimeTitles);
        var price = Find(titles, wanted.Price, PriceTitles);
        if (time < 0 || price < 0 || (wanted.Usd is not null && Find(titles, wanted.Usd, []) < 0))
        {
            return null;
        }

        var timeOfDay = wanted.Time is null && Is(titles[time], "date") ? titles.FindIndex(title => Is(title, "time")) : -1;
        return new(time, timeOfDay, price, Find(titles, wanted.Usd, UsdTitles))
        {
            TitleLines = isOfYfinance ? 3 : 1,
            IsOfBars =
                !titles[time].StartsWith("close", StringComparison.OrdinalIgnoreCase)
                && BarTitles.All(name => titles.Exists(title => Is(title, name))),
            TimeTitle = isOfYfinance ? "the first column" : $"{titles[time]}{(timeOfDay < 0 ? "" : $" and {titles[timeOfDay]}")}",
            PriceTitle = titles[price],
        };
    }

    /// <summary>A sentence on a first line that can't be understood. It does not show the line, which may contain a secret.</summary>
    public static string Problem(string name, int line, char separator, ForeignColumnNames wanted)
    {
        var named = string.Join(" and ", new[] { wanted.Time, wanted.Price, wanted.Usd }.OfType<string>());
        var between = separator switch
        {
            '\t' => "tabs",
            ';' => "semicolons",
            _ => "commas",
        };
        return named.Length > 0
            ? $"The file {name} does not have the columns {named} and a time and a price in line {line}, between {between}: name the "
                + "columns as that line does."
            : $"The file {name} has no column of times and of prices in line {line}, between {between}: name them there, such as "
                + "timestamp_utc,close, or name the file's own with --time-column and --price-column.";
    }

    public string TimeOf(IReadOnlyList<string> fields) => _timeOfDay < 0 ? fields[_time] : $"{fields[_time]} {fields[_timeOfDay]}";

    private static int Find(List<string> titles, string? wanted, string[] known) =>
        wanted is not null
            ? titles.FindIndex(title => Is(title, wanted))
            : known.Select(name => titles.FindIndex(title => Is(title, name))).FirstOrDefault(at => at >= 0, -1);

    private static bool Is(string title, string name) => title.Equals(name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The columns that the user named; null where the usual names are looked for.</summary>
internal sealed record ForeignColumnNames(string? Time, string? Price, string? Usd)
{
    public bool IsEmpty => Time is null && Price is null && Usd is null;
}
