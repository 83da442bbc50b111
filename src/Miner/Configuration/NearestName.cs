namespace Bittbridge.Miner.Configuration;

/// <summary>Finds the known name that a misspelled one most likely means.</summary>
public static class NearestName
{
    private static readonly string Section = SettingNames.Section.ToUpperInvariant();

    /// <summary>
    /// The nearest of the known names by edit distance (Damerau-Levenshtein, optimal string alignment), ignoring case and separators;
    /// null when none is near.
    /// </summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var near = known
            .Select(one => (Name: one, Far: Distance(name, one)))
            .Where(one => one.Far.Edits <= Math.Max(1, one.Far.Letters / 3))
            .ToList();
        if (near.Count > 0)
        {
            return near.MinBy(one => one.Far.Edits).Name;
        }

        // A name at the wrong level, such as ApiKey for CoinGecko:ApiKey.
        var last = known
            .Where(one =>
                one.Contains(':', StringComparison.Ordinal)
                && Letters(one[(one.LastIndexOf(':') + 1)..]) == Letters(name[(name.LastIndexOf(':') + 1)..])
            )
            .ToList();
        return last.Count == 1 ? last[0] : null;
    }

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    // A common prefix of all names says nothing about their distance.
    private static (int Edits, int Letters) Distance(string one, string other)
    {
        var (a, b) = (Letters(one), Letters(other));
        if (a.StartsWith(Section, StringComparison.Ordinal) && b.StartsWith(Section, StringComparison.Ordinal))
        {
            (a, b) = (a[Section.Length..], b[Section.Length..]);
        }

        return (Edits(a, b), Math.Min(a.Length, b.Length));
    }

    private static int Edits(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
