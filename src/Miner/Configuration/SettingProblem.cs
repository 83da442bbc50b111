namespace Bittbridge.Miner.Configuration;

/// <summary>What is wrong with one setting or switch.</summary>
/// <param name="Name">Its full name, such as <c>Bittbridge:Storage</c>, or a switch such as <c>--axon.port</c>.</param>
/// <param name="Value">Its value in a form that may be shown (see <see cref="Shown"/>); null when it is missing.</param>
/// <param name="Remedy">What to do: a clause without a full stop.</param>
public sealed record SettingProblem(string Name, string? Value, string Remedy)
{
    /// <summary>
    /// What is wrong beyond the value itself, such as the line of a file: a clause that begins with "which" or "whose"; null for nothing.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>Whether the miner starts anyway.</summary>
    public bool IsWarning { get; init; }

    /// <summary>Whether no setting has this name, so that its value has no effect.</summary>
    public bool IsUnknownName { get; init; }

    /// <summary>Whether it is a secret that the platform did not fetch from its vault, so that the miner runs without it.</summary>
    public bool IsUnresolvedSecret { get; init; }

    /// <summary>What is wrong, without the remedy.</summary>
    public string Fault =>
        $"The {(Name.StartsWith("--", StringComparison.Ordinal) ? "switch" : "setting")} {Name} "
        + (
            IsUnknownName ? "is not known to this version and does nothing"
            : Value is null ? "is missing"
            : $"is {Value}{(Detail is null ? "" : ", ")}{Detail}"
        );

    /// <summary>One sentence: the setting, its value and the remedy.</summary>
    public override string ToString() => $"{Fault}: {Remedy}.";
}
