namespace Bittbridge.Cli;

/// <summary>Finds the name that the user may have meant.</summary>
internal static class NearestName
{
    /// <summary>The known name nearest to what was written; null where none is near. A third of the letters may differ.</summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        var most = Math.Max(1, written.TrimStart('-').Length / 3);
        var nearest = known
            .Select(name => (Name: name, Distance: Distance(written.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(found => found.Distance)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= most ? nearest.Name : null;
    }

    /// <summary>How many letters to insert, delete, replace or swap with their neighbor [Damerau 1964], each letter changed once at most.</summary>
    private static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var replaced = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[from.Length, to.Length];
    }
}
