using Bittbridge.Bittensor.Chain;

namespace Bittbridge.Miner.Access;

/// <summary>What one node reported about the subnet.</summary>
/// <param name="Node">The node, without secrets.</param>
/// <param name="Subnet">Its list.</param>
internal sealed record NodeReport(string Node, SubnetSnapshot Subnet);

/// <summary>The result of a review.</summary>
/// <param name="Record">The new record; the previous one when nothing changes.</param>
/// <param name="Objections">Why lists were rejected, one clause each. When all were rejected, the previous list stays.</param>
/// <param name="IsReplaced">Whether there is a new list.</param>
/// <param name="Waiting">How many new hotkeys and permits do not count yet, because only one node reported them.</param>
internal sealed record ListReviewResult(ValidatorRecord Record, IReadOnlyList<string> Objections, bool IsReplaced, int Waiting);

/// <summary>
/// Compares what nodes report with the stored list, so that a single lying node can't change it for long. Pure: the same record, reports
/// and time always give the same result, so a write that conflicts with another instance's is reviewed again.
/// </summary>
/// <param name="nodes">How many nodes are configured. With several, two must report a new hotkey or permit before it counts; a single
/// node is trusted.</param>
/// <param name="maxAge">The maximum age of a list; an older one no longer blocks a replacement.</param>
/// <param name="blockTime">The time between two blocks.</param>
internal sealed class ListReview(int nodes, TimeSpan maxAge, TimeSpan blockTime)
{
    /// <summary>The block time of the chain.</summary>
    public static readonly TimeSpan ChainBlockTime = TimeSpan.FromSeconds(12);

    /// <summary>The block time of a development node with fast blocks.</summary>
    public static readonly TimeSpan FastBlockTime = TimeSpan.FromSeconds(0.25);

    /// <summary>The tolerance for the block numbers of nodes, as the time in which the chain makes those blocks.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    /// <summary>Whether the reports so far are enough: two of them agree in every hotkey and permit.</summary>
    public bool IsEnough(IReadOnlyList<SubnetSnapshot> reports)
    {
        var last = reports[^1];
        return nodes == 1 || reports.SkipLast(1).Any(other => IsNear(other, last) && other.Neurons.SequenceEqual(last.Neurons));
    }

    public ListReviewResult Review(ValidatorRecord before, IReadOnlyList<NodeReport> reports, DateTimeOffset now)
    {
        var known = before.List is { } list && list.IsGood(now, maxAge) ? list : null;

        // A stored list that only one read supports does not outweigh two nodes, even if those two differ.
        var anchor = known is { Evidence: ListEvidence.OneRead } && reports.Count > 1 ? null : known;
        var assessments = reports.Select(one => Assess(one, reports, anchor, before.HeldBack, now)).ToList();
        var objections = assessments
            .Where(assessment => assessment.Objection is not null)
            .Select(assessment => $"{assessment.Report.Node}: {assessment.Objection}")
            .ToList();
        var accepted = assessments.Where(assessment => assessment.Objection is null).ToList();
        if (accepted.Count == 0)
        {
            return new(HoldBack(before, reports[0].Subnet, now), objections, false, 0);
        }

        if (nodes == 1)
        {
            return new(Single(accepted[0], before, known, now), objections, true, 0);
        }

        return Several(accepted, before, anchor, objections, now);
    }

    private Assessment Assess(
        NodeReport one,
        IReadOnlyList<NodeReport> reports,
        ValidatorSnapshot? anchor,
        ValidatorSnapshot? heldBack,
        DateTimeOffset now
    )
    {
        var subnet = one.Subnet;
        var evidence =
            reports.Any(other => !ReferenceEquals(other, one) && IsNear(other.Subnet, subnet) && Agree(other.Subnet, subnet))
                ? ListEvidence.TwoNodes
            : heldBack is not null && heldBack.Subnet.Block < subnet.Block && IsLater(heldBack, now) && Follows(heldBack, subnet, now)
                ? ListEvidence.TwoReads
            : ListEvidence.OneRead;
        if (anchor is null)
        {
            return new(one, evidence, false, null);
        }

        var overrules = evidence > ListEvidence.OneRead && evidence >= anchor.Evidence;
        var block = anchor.Subnet.Block;
        var (isOlder, isAhead, keepsMost) = (subnet.Block < block, subnet.Block > MaxBlock(anchor, now), subnet.KeepsMostOf(anchor.Subnet));
        var objection =
            isOlder && !overrules ? $"block {subnet.Block} is older than the last list's, block {block}"
            : isAhead && !overrules
                ? $"block {subnet.Block} is further ahead of the last list's, block {block}, than the elapsed time allows"
            : !keepsMost && evidence == ListEvidence.OneRead
                ? $"most of the hotkeys or permits of block {block} are missing at block {subnet.Block}; a second read must confirm that"
            : null;
        return new(one, evidence, objection is null && (isOlder || isAhead || !keepsMost), objection);
    }

    // A repeated report of the same list is not a second read, and must not restart the wait for one.
    private ValidatorRecord HoldBack(ValidatorRecord before, SubnetSnapshot subnet, DateTimeOffset now) =>
        before.HeldBack is { } held && Follows(held, subnet, now) ? before : before with { HeldBack = new(subnet, now) };

    private static ValidatorRecord Single(Assessment assessment, ValidatorRecord before, ValidatorSnapshot? known, DateTimeOffset now)
    {
        var subnet = assessment.Report.Subnet;
        if (known is null || assessment.Overrules)
        {
            return new(new(subnet, now, assessment.Evidence), null);
        }

        // A node that reports different lists in turn confirms none of them; the older one keeps its chance of a second read.
        var contradicted = known.Evidence == ListEvidence.OneRead && before.HeldBack is { } held && held.Subnet.Block < known.Subnet.Block;
        var isSecond = !contradicted && subnet.Block > known.Subnet.Block && IsLater(known, now) && Agree(subnet, known.Subnet);
        return new(
            new(subnet, now, isSecond && known.Evidence == ListEvidence.OneRead ? ListEvidence.TwoReads : known.Evidence),
            contradicted ? before.HeldBack : null
        );
    }

    private static ListReviewResult Several(
        List<Assessment> accepted,
        ValidatorRecord before,
        ValidatorSnapshot? anchor,
        List<string> objections,
        DateTimeOffset now
    )
    {
        var known = accepted.Any(assessment => assessment.Overrules) ? null : anchor;
        var subnets = accepted.Select(assessment => assessment.Report.Subnet).ToList();
        if (known is null && subnets.Count == 1)
        {
            // One node's list is better than no answers; the next report of a second node decides.
            return new(new(new(subnets[0], now, accepted[0].Evidence), null), objections, true, 0);
        }

        // The stored list counts as a vote when two nodes have confirmed it, or when no second node answers.
        List<SubnetSnapshot> voters =
            known is not null && (known.Evidence == ListEvidence.TwoNodes || subnets.Count == 1) ? [.. subnets, known.Subnet] : subnets;
        var (neurons, waiting) = Common(voters, subnets);
        var agreed = accepted
            .Where(assessment => assessment.Evidence == ListEvidence.TwoNodes)
            .Select(assessment => assessment.Report.Subnet.Block)
            .DefaultIfEmpty(0u)
            .Min();
        var (block, blockAt, evidence) =
            agreed > 0 ? (agreed, now, ListEvidence.TwoNodes)
            : known is not null ? (known.Subnet.Block, known.BlockAt, known.Evidence)
            : (subnets.Min(subnet => subnet.Block), now, ListEvidence.OneRead);
        return SubnetSnapshot.TryCreate(subnets[0].Netuid, block, neurons) is { } common
            ? new(new(new(common, now, evidence, blockAt), null), objections, true, waiting)
            : new(before, [.. objections, "the nodes have no hotkey in common"], false, waiting);
    }

    /// <summary>The hotkeys and permits that two voters report, and how many reported ones are not among them.</summary>
    private static (IReadOnlyList<Neuron> Neurons, int Waiting) Common(List<SubnetSnapshot> voters, List<SubnetSnapshot> reports)
    {
        var votes = voters.SelectMany(voter => voter.Neurons).ToLookup(neuron => neuron.Hotkey);
        var neurons = votes
            .Where(vote => vote.Count() > 1)
            .Select(vote => new Neuron(Uid(vote), vote.Key, HasPermit(vote)))
            .OrderBy(neuron => neuron.Uid)
            .ToList();
        var waiting = reports
            .SelectMany(subnet => subnet.Neurons)
            .Where(neuron => votes[neuron.Hotkey].Count() < 2 || (neuron.Permit && !HasPermit(votes[neuron.Hotkey])))
            .Select(neuron => neuron.Hotkey)
            .Distinct()
            .Count();
        return (neurons, waiting);

        // The uid that most voters report, the first reported of equally many.
        static ushort Uid(IEnumerable<Neuron> vote) => vote.CountBy(neuron => neuron.Uid).MaxBy(uid => uid.Value).Key;

        static bool HasPermit(IEnumerable<Neuron> vote) => vote.Count(neuron => neuron.Permit) > 1;
    }

    // Two instances may read one node at almost the same time; that counts as one read.
    private static bool IsLater(ValidatorSnapshot earlier, DateTimeOffset now) => now - earlier.ReadAt >= ValidatorRefresh.SecondReadAfter;

    private bool Follows(ValidatorSnapshot earlier, SubnetSnapshot subnet, DateTimeOffset now) =>
        subnet.Block >= earlier.Subnet.Block && subnet.Block <= MaxBlock(earlier, now) && Agree(earlier.Subnet, subnet);

    private static bool Agree(SubnetSnapshot one, SubnetSnapshot other) => one.KeepsMostOf(other) && other.KeepsMostOf(one);

    private bool IsNear(SubnetSnapshot one, SubnetSnapshot other) => Math.Abs((long)one.Block - other.Block) <= Blocks(Slack);

    private long MaxBlock(ValidatorSnapshot list, DateTimeOffset now) =>
        list.Subnet.Block + Blocks((now > list.BlockAt ? now - list.BlockAt : TimeSpan.Zero) + Slack);

    private long Blocks(TimeSpan time) => (long)(time / blockTime);

    /// <param name="Report">What the node reported.</param>
    /// <param name="Evidence">How well it is confirmed.</param>
    /// <param name="Overrules">Whether it is accepted although it contradicts the stored list.</param>
    /// <param name="Objection">Why it is rejected; null when it is accepted.</param>
    private sealed record Assessment(NodeReport Report, ListEvidence Evidence, bool Overrules, string? Objection);
}
