namespace Bittbridge.Miner.Challenges;

/// <summary>How many challenges were answered and how many requests were refused on one UTC day.</summary>
internal sealed class RequestCounts(DateOnly day)
{
    public DateOnly Day { get; } = day;

    public long Answered { get; set; }

    /// <summary>The refused requests by reason, a value of the attribute <c>error.type</c>.</summary>
    public SortedDictionary<string, long> Refused { get; init; } = new(StringComparer.Ordinal);

    public RequestCounts Copy() => Sum(Day, [this]);

    /// <summary>The sum of several instances.</summary>
    public static RequestCounts Sum(DateOnly day, IEnumerable<RequestCounts> instances)
    {
        var sum = new RequestCounts(day);
        foreach (var counts in instances)
        {
            sum.Answered += counts.Answered;
            foreach (var (reason, count) in counts.Refused)
            {
                sum.Refused[reason] = sum.Refused.GetValueOrDefault(reason) + count;
            }
        }

        return sum;
    }
}
